using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Consuming;

public sealed class BatchTests
{
    [Fact]
    public async Task MaxSize_OfABacklog_IsNeverExceeded()
    {
        var handler = new Batches();
        await using var bus = TestBus.Create(bus => bus.AddNumbered().Subscription("s").HandleBatch(handler, maxSize: 10));
        await bus.Publisher.PublishNumbersAsync(null, 95);

        await bus.Bus.StartAsync(TestContext.Current.CancellationToken);

        var batches = await handler.Seen.UntilAsync(seen => seen.Sum(batch => batch.Length) == 95, "95 events");
        Assert.All(batches, batch => Assert.InRange(batch.Length, 1, 10));
        Assert.Contains(batches, batch => batch.Length == 10);
        Assert.Equal(Enumerable.Range(0, 95), batches.SelectMany(batch => batch));
    }

    [Fact]
    public async Task MaxWait_WithFewEvents_FillsABatchThenGivesUpWaiting()
    {
        var time = new VirtualTime();
        var handler = new Batches();
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddNumbered().Subscription("s").HandleBatch(handler, maxSize: 5, maxWait: TimeSpan.FromMilliseconds(200)),
            services => services.AddSingleton<TimeProvider>(time));

        await bus.Publisher.PublishNumbersAsync(null, 7);
        await handler.Seen.CountAsync(1);
        await time.PassUntilAsync(handler.Seen.CountAsync(2));

        Assert.Equal([5, 2], handler.Seen.Items.Select(batch => batch.Length));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Fail_OfOneEvent_RepeatsItAndItsKeysLaterEventsOnly(int concurrency)
    {
        var failed = 0;
        var handler = new Batches(batch =>
        {
            var bad = Enumerable.Range(0, batch.Count).FirstOrDefault(i => batch[i] is { Key: "bad", Number: 1 }, -1);
            if (bad >= 0 && failed++ == 0)
            {
                batch.Fail(bad, new InvalidOperationException("Not yet."));
            }
        });
        await using var bus = TestBus.Create(bus => bus.AddNumbered().Subscription("s").WithConcurrency(concurrency)
            .HandleBatch(handler, maxSize: 100));
        await bus.Publisher.PublishNumbersAsync("bad", 4);
        await bus.Publisher.PublishNumbersAsync("good", 4);

        await bus.Bus.StartAsync(TestContext.Current.CancellationToken);

        var events = (await handler.SeenEvents.CountAsync(11)).ToList();
        Assert.Equal([0, 1, 2, 3, 1, 2, 3], events.Where(e => e.Key == "bad").Select(e => e.Number));
        Assert.Equal([0, 1, 2, 3], events.Where(e => e.Key == "good").Select(e => e.Number));
    }

    [Fact]
    public async Task Throwing_FromTheHandler_FindsTheOneAtFaultAndSettlesTheOthers()
    {
        var handler = new Batches(batch =>
        {
            if (batch.Any(e => e.Number == 2) && !batch.Context(0).Headers.ContainsKey("calm"))
            {
                throw new InvalidOperationException("Two.");
            }
        });
        await using var bus = TestBus.Create(bus => bus.AddNumbered().Subscription("s").WithConcurrency(2)
            .HandleBatch(handler, maxSize: 100));
        for (var i = 0; i < 4; i++)
        {
            await bus.Publisher.PublishAsync(new Numbered($"k{i}", i), TestContext.Current.CancellationToken);
        }

        await bus.Bus.StartAsync(TestContext.Current.CancellationToken);

        var batches = await handler.Seen.UntilAsync(seen => seen.Count(batch => batch is [2]) >= 2, "the second attempt of 2");
        Assert.Equal([0, 1, 2, 3], batches[0]);
        Assert.Equal([[0], [1], [2], [3]], batches.Skip(1).Take(4));
        Assert.All(batches.Skip(5), batch => Assert.Equal([2], batch));
    }

    [Fact]
    public async Task OneKey_AcrossBatchesAtConcurrency4_StaysInOrderOneBatchAtATime()
    {
        var running = 0;
        var handler = new Batches(_ => Assert.Equal(1, Interlocked.Increment(ref running)), () => Interlocked.Decrement(ref running));
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s").WithConcurrency(4)
            .HandleBatch(handler, maxSize: 7));

        await bus.Publisher.PublishNumbersAsync("k", 500);

        Assert.Equal(Enumerable.Range(0, 500), (await handler.SeenEvents.CountAsync(500)).Select(e => e.Number));
    }

    [Fact]
    public async Task BaseType_InOneBatch_CollectsSeveralContracts()
    {
        var seen = new Seen<string>();
        await using var bus = TestBus.Create(bus => bus.AddAnimals().Subscription("s")
            .HandleBatch(new Names(seen), maxSize: 2, maxWait: TestBus.Deadline));
        await bus.Publisher.PublishBatchAsync<Animal>([new Cat("Tom"), new Dog("Rex")], TestContext.Current.CancellationToken);

        await bus.Bus.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["Rex+Tom"], await seen.CountAsync(1));
    }

    private sealed class Batches(Action<EventBatch<Numbered>>? check = null, Action? after = null) : IBatchEventHandler<Numbered>
    {
        public Seen<int[]> Seen { get; } = new();

        public Seen<Numbered> SeenEvents { get; } = new();

        public async ValueTask HandleAsync(EventBatch<Numbered> batch, CancellationToken cancellationToken)
        {
            Seen.Add([.. batch.Select(e => e.Number)]);
            check?.Invoke(batch);
            await Task.Yield();
            foreach (var e in batch)
            {
                SeenEvents.Add(e);
            }

            after?.Invoke();
        }
    }

    private sealed class Names(Seen<string> seen) : IBatchEventHandler<INamed>
    {
        public ValueTask HandleAsync(EventBatch<INamed> batch, CancellationToken cancellationToken)
        {
            seen.Add(string.Join('+', batch.Select(e => e.Name).Order(StringComparer.Ordinal)));
            return ValueTask.CompletedTask;
        }
    }
}
