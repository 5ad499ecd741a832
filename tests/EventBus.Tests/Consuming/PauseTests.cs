using EventBus.Tests.Support;
using EventBus.Transports.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Consuming;

public sealed class PauseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task PauseAsync_WhileHandlersRun_CompletesWhenTheyHaveEndedAndStartsNoneOfWhatWasReadAhead(int concurrency)
    {
        var (started, ended) = (new Seen<int>(), new Seen<int>());
        var go = NewSignal();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s").WithConcurrency(concurrency)
            .Handle<Numbered>(async (e, _, _) =>
            {
                started.Add(e.Number);
                await go.Task;
                ended.Add(e.Number);
            }));
        for (var i = 0; i < 100; i++)
        {
            await bus.Publisher.PublishAsync(new Numbered($"k{i}", i), Token);
        }

        await started.CountAsync(concurrency);
        var pausing = bus.Bus.PauseAsync("s", Token);
        Assert.False(pausing.IsCompleted);
        go.SetResult();

        Assert.True(await pausing.WaitAsync(TestBus.Deadline, Token));
        Assert.Equal(concurrency, ended.Items.Count);
        Assert.Equal(concurrency, started.Items.Count);

        Assert.True(await bus.Bus.ResumeAsync("s", Token));
        await ended.CountAsync(100);
        if (concurrency == 1)
        {
            Assert.Equal(Enumerable.Range(0, 100), ended.Items);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task PauseAsync_OnAnIdleSubscription_ReadsNothingMoreUntilItIsResumed(int concurrency)
    {
        var transport = Watched();
        var (paused, other) = (new Seen<int>(), new Seen<int>());
        await using var bus = await TestBus.StartAsync(bus =>
        {
            bus.UseTransport(_ => transport).AddNumbered();
            bus.Subscription("s").WithConcurrency(concurrency).HandleNumbersInto(paused);
            bus.Subscription("other").HandleNumbersInto(other);
        });
        await bus.Publisher.PublishNumbersAsync("k", 1);
        await paused.CountAsync(1);
        await other.CountAsync(1);

        await bus.Bus.PauseAsync("s", Token);
        await bus.Publisher.PublishNumbersAsync("k", 50);
        await other.CountAsync(51);

        Assert.Equal([0], paused.Items);
        Assert.Equal(52, transport.HandedOut);
        await bus.Bus.ResumeAsync("s", Token);
        Assert.Equal([0, .. Enumerable.Range(0, 50)], await paused.CountAsync(51));
    }

    [Fact]
    public async Task PauseAsync_WithARetryThatComesDue_LetsItWaitInFrontUntilItIsResumed()
    {
        var time = new VirtualTime();
        var seen = new Seen<(int Number, int Attempt)>();
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddNumbered().Subscription("s").Handle<Numbered>((e, context, _) =>
            {
                seen.Add((e.Number, context.Attempt));
                return e.Number == 0 && context.Attempt == 1 ? throw new InvalidOperationException("Once.") : ValueTask.CompletedTask;
            }),
            services => services.AddSingleton<TimeProvider>(time));
        await bus.Publisher.PublishNumbersAsync("k", 2);
        await seen.CountAsync(1);

        await bus.Bus.PauseAsync("s", Token);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([(0, 1)], seen.Items);
        await bus.Bus.ResumeAsync("s", Token);

        // It may be put among the ready ones by its timer only now, but always before the later event of its key.
        Assert.Equal([(0, 1), (0, 2), (1, 1)], await seen.CountAsync(3));
    }

    [Fact]
    public async Task PauseAsync_WhenTheConsumerHasToBeOpenedAgain_StaysPaused()
    {
        var time = new VirtualTime();
        var transport = Watched();
        var (paused, other) = (new Seen<int>(), new Seen<int>());
        await using var bus = await TestBus.StartAsync(
            bus =>
            {
                bus.UseTransport(_ => transport).AddNumbered();
                bus.Subscription("s").HandleNumbersInto(paused);
                bus.Subscription("other").HandleNumbersInto(other);
            },
            services => services.AddSingleton<TimeProvider>(time));
        await Eventually.ThatAsync(() => transport.Receiving == 2, "both wait for events");
        transport.CutWhenInterrupted = true;

        await bus.Bus.PauseAsync("s", Token);
        await Eventually.ThatAsync(() => !transport.CutWhenInterrupted, "the consumer is cut off");
        await Eventually.ThatAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return transport.Opened == 3;
            },
            "the consumer is opened again");
        await bus.Publisher.PublishNumbersAsync("k", 1);
        await other.CountAsync(1);

        Assert.Empty(paused.Items);
        await bus.Bus.ResumeAsync("s", Token);
        await paused.CountAsync(1);
    }

    [Fact]
    public async Task PauseAsync_OfOneMember_KeepsItsPartitionsAndLetsTheOtherMemberGoOn()
    {
        var broker = new InMemoryBroker(new InMemoryOptions { Partitions = 2 });
        var (one, two) = (new Seen<int>(), new Seen<int>());
        await using var first = await TestBus.StartAsync(
            bus => bus.UseInMemory(broker).AddNumbered().Subscription("s").HandleNumbersInto(one));
        await using var second = await TestBus.StartAsync(
            bus => bus.UseInMemory(broker).AddNumbered().Subscription("s").HandleNumbersInto(two));
        await first.Bus.PauseAsync("s", Token);

        for (var i = 0; i < 40; i++)
        {
            await first.Publisher.PublishAsync(new Numbered($"k{i}", i), Token);
        }

        var log = new List<(int Partition, int Number)>();
        await foreach (var entry in first.Log.ReadAsync(Events.NumberedTopic, SeekTarget.Earliest, cancellationToken: Token))
        {
            log.Add((entry.Position.Partition, ((Numbered)entry.Envelope.Value!).Number));
        }

        var mine = log.GroupBy(entry => entry.Partition).Select(group => group.Select(entry => entry.Number).ToArray()).ToList();
        await two.UntilAsync(items => mine.Exists(numbers => numbers.All(items.Contains)), "one partition");
        Assert.Empty(one.Items);
        Assert.Equal(2, broker.Members("s").Count);

        await first.Bus.ResumeAsync("s", Token);
        await one.UntilAsync(items => items.Count + two.Items.Count == 40, "the other partition");
    }

    [Fact]
    public async Task StopAsync_WhilePaused_EndsAndTheSubscriptionIsPausedAfterTheNextStart()
    {
        var (paused, other) = (new Seen<int>(), new Seen<int>());
        await using var bus = await TestBus.StartAsync(bus =>
        {
            bus.AddNumbered();
            bus.Subscription("s").HandleNumbersInto(paused);
            bus.Subscription("other").HandleNumbersInto(other);
        });
        await bus.Bus.PauseAsync("s", Token);
        await bus.Publisher.PublishNumbersAsync("k", 3);

        await bus.Bus.StopAsync(Token).WaitAsync(TestBus.Deadline, Token);
        await bus.Bus.StartAsync(Token);

        await other.CountAsync(3);
        Assert.Empty(paused.Items);
        await bus.Bus.ResumeAsync("s", Token);
        Assert.Equal([0, 1, 2], await paused.CountAsync(3));
    }

    [Fact]
    public async Task PauseAsync_BeforeTheStart_StartsPaused()
    {
        var (paused, other) = (new Seen<int>(), new Seen<int>());
        await using var bus = TestBus.Create(bus =>
        {
            bus.AddNumbered();
            bus.Subscription("s").HandleNumbersInto(paused);
            bus.Subscription("other").HandleNumbersInto(other);
        });

        Assert.True(await bus.Bus.PauseAsync("s", Token));
        await bus.Bus.StartAsync(Token);
        await bus.Publisher.PublishNumbersAsync("k", 1);

        await other.CountAsync(1);
        Assert.Empty(paused.Items);
        await bus.Bus.ResumeAsync("s", Token);
        await paused.CountAsync(1);
    }

    [Fact]
    public async Task PauseAsync_WhenItsTokenFires_GivesUpWaitingAndStaysPaused()
    {
        var (entered, go) = (NewSignal(), NewSignal());
        var seen = new Seen<int>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s").Handle<Numbered>(async (e, _, _) =>
        {
            entered.TrySetResult();
            await go.Task;
            seen.Add(e.Number);
        }));
        await bus.Publisher.PublishNumbersAsync("k", 2);
        await entered.Task.WaitAsync(TestBus.Deadline, Token);

        using var giveUp = new CancellationTokenSource();
        var pausing = bus.Bus.PauseAsync("s", giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pausing);
        go.SetResult();

        await bus.Bus.PauseAsync("s", Token).WaitAsync(TestBus.Deadline, Token);
        Assert.Equal([0], seen.Items);
        await bus.Bus.ResumeAsync("s", Token);
        await seen.CountAsync(2);
    }

    [Fact]
    public async Task StopAsync_WhileAPauseWaitsForItsHandler_IsNotHeldUpByIt()
    {
        var entered = NewSignal();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s").Handle<Numbered>(async (_, _, stop) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        }));
        await bus.Publisher.PublishNumbersAsync("k", 1);
        await entered.Task.WaitAsync(TestBus.Deadline, Token);
        var pausing = bus.Bus.PauseAsync("s", Token);

        await bus.Bus.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TestBus.Deadline, Token);

        Assert.True(await pausing.WaitAsync(TestBus.Deadline, Token));
    }

    [Fact]
    public async Task PauseAsync_InMemory_LetsPublishersGoOnUntilTheTopicIsFull()
    {
        await using var bus = await TestBus.StartAsync(bus => bus.UseInMemory(options => options.Capacity = 10)
            .AddNumbered().Subscription("s").Handle<Numbered>((_, _, _) => ValueTask.CompletedTask));
        await bus.Bus.PauseAsync("s", Token);
        await bus.Publisher.PublishNumbersAsync("k", 10).WaitAsync(TestBus.Deadline, Token);

        var waiting = bus.Publisher.PublishNumbersAsync("k", 1);
        Assert.False(waiting.IsCompleted);
        await bus.Bus.ResumeAsync("s", Token);
        await waiting.WaitAsync(TestBus.Deadline, Token);
    }

    [Fact]
    public async Task PauseAndResume_OfAnUnknownSubscription_ReturnFalse()
    {
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddNumbered().Subscription("s").Handle<Numbered>((_, _, _) => ValueTask.CompletedTask));
        Assert.False(await bus.Bus.PauseAsync("t", Token));
        Assert.False(await bus.Bus.ResumeAsync("t", Token));
        Assert.True(await bus.Bus.ResumeAsync("s", Token));

        await bus.Bus.UnsubscribeAsync("s", Token);
        Assert.False(await bus.Bus.PauseAsync("s", Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task PauseAndResume_AgainAndAgainUnderLoad_NeverStartWhilePausedAndKeepEachKeysOrder(int concurrency)
    {
        const int Keys = 16;
        const int PerKey = 200;
        var (paused, wrong) = (false, 0);
        var seen = new Seen<(string Key, int Number)>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s").WithConcurrency(concurrency)
            .Configure(options => options.MaxInFlight = 64)
            .Handle<Numbered>(async (e, _, _) =>
            {
                if (Volatile.Read(ref paused))
                {
                    Interlocked.Increment(ref wrong);
                }

                if (e.Number % 7 == 0)
                {
                    await Task.Yield();
                }

                seen.Add((e.Key!, e.Number));
            }));
        var publishing = Task.Run(
            async () =>
            {
                for (var i = 0; i < PerKey; i++)
                {
                    for (var key = 0; key < Keys; key++)
                    {
                        await bus.Publisher.PublishAsync(new Numbered($"k{key}", i), Token);
                    }
                }
            },
            Token);

        while (seen.Items.Count < Keys * PerKey)
        {
            await bus.Bus.PauseAsync("s", Token).WaitAsync(TestBus.Deadline, Token);
            Volatile.Write(ref paused, true);
            var before = seen.Items.Count;
            await Task.Yield();
            Assert.Equal(before, seen.Items.Count);
            Volatile.Write(ref paused, false);
            await bus.Bus.ResumeAsync("s", Token);
            await seen.UntilAsync(items => items.Count > before || items.Count == Keys * PerKey);
        }

        await publishing;
        Assert.Equal(0, wrong);
        Assert.All(
            seen.Items.GroupBy(item => item.Key),
            group => Assert.Equal(Enumerable.Range(0, PerKey), group.Select(item => item.Number)));
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static WatchedTransport Watched() => new(new InMemoryBroker().CreateTransport());
}
