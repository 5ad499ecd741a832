using EventBus.Idempotency;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Idempotency;

public sealed class BatchTests
{
    private readonly WatchedStore _store = new();

    [Theory]
    [InlineData(1, "k")]
    [InlineData(4, "k")]
    [InlineData(1, null)]
    [InlineData(4, null)]
    public async Task DuplicatesInOneBatch_AreHandledOnce(int concurrency, string? key)
    {
        var handler = new Batches();
        await using var bus = TestBus.Create(
            bus => bus.AddNumbered().Subscription("s").WithIdempotency().WithConcurrency(concurrency)
                .Configure(options => options.IdempotencyLease = TimeSpan.FromSeconds(30))
                .HandleBatch(handler, maxSize: 100),
            services => services.AddSingleton<IIdempotencyStore>(_store));
        foreach (var number in Enumerable.Range(0, 5).Concat(Enumerable.Range(0, 5)))
        {
            await PublishAsync(bus, key, number);
        }

        await bus.Bus.StartAsync(TestContext.Current.CancellationToken);
        await _store.UntilAsync("Claim: Done", 5);
        await bus.Bus.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 5), handler.Seen.Items);
        Assert.Equal(0, Assert.Single(await bus.Log.GetLagAsync("s", TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task FailureOfOneEvent_FreesItsIdOnly()
    {
        var failed = false;
        var handler = new Batches(batch =>
        {
            var bad = batch.ToList().FindIndex(e => e.Number == 2);
            if (bad >= 0 && !failed)
            {
                failed = true;
                batch.Fail(bad, new InvalidOperationException("It fails on purpose."));
            }
        });
        await using var bus = TestBus.Create(
            bus => bus.AddNumbered().Subscription("s").WithIdempotency().WithConcurrency(4).HandleBatch(handler, maxSize: 100),
            services => services.AddSingleton<IIdempotencyStore>(_store));
        foreach (var number in Enumerable.Range(0, 4))
        {
            await PublishAsync(bus, $"{number}", number);
        }

        await bus.Bus.StartAsync(TestContext.Current.CancellationToken);
        await _store.UntilAsync("Complete: True", 4);
        Assert.Equal([0, 1, 2, 3, 2], handler.Seen.Items);
        Assert.Equal(1, _store.CountOf("Release"));
    }

    private static async Task PublishAsync(TestBus bus, string? key, int number) => await bus.Publisher.PublishAsync(
        new Numbered(key, number), new PublishOptions { Id = $"id {number}" }, TestContext.Current.CancellationToken);

    private sealed class Batches(Action<EventBatch<Numbered>>? handle = null) : IBatchEventHandler<Numbered>
    {
        public Seen<int> Seen { get; } = new();

        public ValueTask HandleAsync(EventBatch<Numbered> batch, CancellationToken cancellationToken)
        {
            foreach (var each in batch)
            {
                Seen.Add(each.Number);
            }

            handle?.Invoke(batch);
            return ValueTask.CompletedTask;
        }
    }
}
