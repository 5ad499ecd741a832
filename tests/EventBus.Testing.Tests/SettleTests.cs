using EventBus.Testing.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Testing.Tests;

/// <summary>Settling: everything that was caused has happened, and that is known by counting.</summary>
public sealed class SettleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, null)]
    [InlineData(8, null)]
    [InlineData(1, 4)]
    [InlineData(8, 4)]
    public async Task SettleAsync_EventsThatCauseEvents_AreAllHandled(int concurrency, int? seed)
    {
        await using var harness = await StartAsync(new HarnessOptions { Seed = seed }, bus =>
        {
            bus.Subscription("payment").Handle<Placed>(async (e, context, token) =>
            {
                await Task.Yield();
                await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(new Paid(e.Number), token);
            }).WithConcurrency(concurrency);
            bus.Subscription("shipping").Handle<Paid>(async (e, context, token) =>
            {
                await Task.Yield();
                await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(new Shipped(e.Number), token);
            }).WithConcurrency(concurrency);
            bus.Subscription("thanks").Handle<Shipped>((_, _, _) => ValueTask.CompletedTask).WithConcurrency(concurrency);
        });

        for (var round = 1; round <= 20; round++)
        {
            for (var i = 0; i < 10; i++)
            {
                await harness.PublishAsync(new Placed(i, $"c{i % 3}"), cancellationToken: Token);
            }

            await harness.SettleAsync(cancellationToken: Token);
            Assert.Equal(round * 10, harness.Handled<Placed>().Count);
            Assert.Equal(round * 10, harness.Handled<Paid>().Count);
            Assert.Equal(round * 10, harness.Handled<Shipped>("thanks").Count);
            Assert.Equal(round * 30, harness.Published<object>().Count);
        }
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(4, null)]
    [InlineData(4, 7)]
    public async Task SettleAsync_ManyEventsBehindAFailingKey_AreAllHandledInTheirOrder(int concurrency, int? seed)
    {
        await using var harness = await StartAsync(new HarnessOptions { Seed = seed }, bus => bus.Subscription("s")
            .Handle<Placed>((_, _, _) => ValueTask.CompletedTask).WithConcurrency(concurrency)
            .WithRetry(retry => retry.Delay = TimeSpan.FromMinutes(10))
            .Configure(options => options.MaxInFlight = 8));
        harness.Fail<Placed>(times: 3);
        for (var i = 0; i < 100; i++)
        {
            await harness.PublishAsync(new Placed(i, $"c{i % 2}"), cancellationToken: Token);
        }

        await harness.SettleAsync(cancellationToken: Token);

        foreach (var key in new[] { "c0", "c1" })
        {
            var numbers = harness.Handled<Placed>().Where(seen => seen.Envelope.Key == key).Select(seen => seen.Event.Number).ToList();
            Assert.Equal(numbers.Order(), numbers);
            Assert.Equal(50, numbers.Count);
        }
    }

    [Fact]
    public async Task SettleAsync_NothingPublished_IsThereAtOnce()
    {
        await using var harness = await StartAsync(null, bus => bus.Subscription("s").Handle<Placed>((_, _, _) => ValueTask.CompletedTask));

        await harness.SettleAsync(cancellationToken: Token);

        Assert.Empty(harness.Handled<object>());
    }

    [Fact]
    public async Task SettleAsync_HandlerThatHangs_IsWaitedFor()
    {
        var (started, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var harness = await StartAsync(null, bus => bus.Subscription("s").Handle<Placed>(async (_, _, token) =>
        {
            started.SetResult();
            await gate.Task.WaitAsync(token);
        }));
        await harness.PublishAsync(new Placed(1), cancellationToken: Token);
        var settling = harness.SettleAsync(cancellationToken: Token);

        await started.Task.WaitAsync(Token);
        Assert.False(settling.IsCompleted);
        gate.SetResult();
        await settling;

        Assert.Single(harness.Handled<Placed>());
    }

    [Fact]
    public async Task SettleAsync_RetriesWithoutEndOverHours_TakeMilliseconds()
    {
        await using var harness = await StartAsync(null, bus => bus.Subscription("s").Handle<Placed>((e, context, _) =>
            context.Attempt <= e.Number ? throw new InvalidOperationException("not yet") : ValueTask.CompletedTask));
        var start = TimeProvider.System.GetTimestamp();
        var before = harness.Time.GetUtcNow();
        await harness.PublishAsync(new Placed(400), cancellationToken: Token);

        await harness.SettleAsync(cancellationToken: Token);

        // 400 pauses, nearly all of half a minute.
        Assert.InRange(harness.Time.GetUtcNow() - before, TimeSpan.FromHours(3), TimeSpan.FromHours(4));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(400, harness.Failed<Placed>().Count);
        Assert.Equal(400, harness.Retried<Placed>().Count);
        Assert.Equal(401, Assert.Single(harness.Handled<Placed>()).Attempt);
    }

    [Fact]
    public async Task SettleAsync_WithoutAdvancing_LeavesWhatWaitsForTime()
    {
        await using var harness = await StartAsync(null, bus => bus.Subscription("s").Handle<Placed>((_, _, _) => ValueTask.CompletedTask));
        harness.Fail<Placed>(times: 1);
        await harness.PublishAsync(new Placed(1, "ada"), cancellationToken: Token);
        await harness.PublishAsync(new Placed(2, "bob"), cancellationToken: Token);
        var before = harness.Time.GetUtcNow();

        await harness.SettleAsync(advanceTime: false, Token);

        Assert.Equal(2, Assert.Single(harness.Handled<Placed>()).Event.Number);
        Assert.Equal(before, harness.Time.GetUtcNow());
        await harness.AdvanceAsync(TimeSpan.FromMilliseconds(99), Token);
        Assert.Single(harness.Handled<Placed>());
        await harness.AdvanceAsync(TimeSpan.FromMilliseconds(1), Token);
        Assert.Equal([2, 1], harness.Handled<Placed>().Select(handled => handled.Event.Number));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task SettleAsync_HandlerThatWaitsForVirtualTime_GoesOn(int concurrency)
    {
        await using var harness = await StartAsync(null, bus => bus.Subscription("s").Handle<Placed>(async (_, context, token) =>
            await Task.Delay(TimeSpan.FromHours(5), context.Services.GetRequiredService<TimeProvider>(), token)).WithConcurrency(concurrency));
        var before = harness.Time.GetUtcNow();
        for (var i = 0; i < 4; i++)
        {
            await harness.PublishAsync(new Placed(i, $"c{i}"), cancellationToken: Token);
        }

        await harness.SettleAsync(cancellationToken: Token);

        Assert.Equal(4, harness.Handled<Placed>().Count);
        Assert.Equal(before + (TimeSpan.FromHours(5) * 4 / concurrency), harness.Time.GetUtcNow());
    }

    [Fact]
    public async Task SettleAsync_TimeoutOfAHandlerAtWork_DoesNotFire()
    {
        await using var harness = await StartAsync(null, bus =>
        {
            bus.Subscription("slow").Handle<Placed>(async (_, context, token) =>
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), context.Services.GetRequiredService<TimeProvider>());
                await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, limit.Token);
            });
            bus.Subscription("failing").Handle<Placed>((_, context, _) =>
                context.Attempt < 50 ? throw new InvalidOperationException("not yet") : ValueTask.CompletedTask);
        });
        await harness.PublishAsync(new Placed(1), cancellationToken: Token);

        await harness.SettleAsync(cancellationToken: Token);

        Assert.Empty(harness.Failed<Placed>("slow"));
        Assert.Equal(49, harness.Failed<Placed>("failing").Count);
    }

    [Fact]
    public async Task SettleAsync_BatchThatIsNotFull_ComesAtItsTime()
    {
        var batches = new Batches();
        await using var harness = await StartAsync(
            null, bus => bus.Subscription("s").HandleBatch(batches, maxSize: 10, maxWait: TimeSpan.FromMinutes(30)));
        for (var i = 0; i < 3; i++)
        {
            await harness.PublishAsync(new Placed(i, $"c{i}"), cancellationToken: Token);
        }

        await harness.SettleAsync(cancellationToken: Token);

        Assert.Equal([3], batches.Sizes);
        Assert.Equal(3, harness.Handled<Placed>().Count);
    }

    [Fact]
    public async Task SettleAsync_MoreThanMayBeInFlight_IsSettledToo()
    {
        await using var harness = await StartAsync(null, bus => bus.Subscription("s").Handle<Placed>((_, context, _) =>
            context.Attempt < 3 ? throw new InvalidOperationException("not yet") : ValueTask.CompletedTask)
            .Configure(options => options.MaxInFlight = 4).WithConcurrency(2));
        for (var i = 0; i < 50; i++)
        {
            await harness.PublishAsync(new Placed(i, $"c{i}"), cancellationToken: Token);
        }

        await harness.SettleAsync(cancellationToken: Token);

        Assert.Equal(50, harness.Handled<Placed>().Count);
        Assert.Equal(100, harness.Retried<Placed>().Count);
    }

    [Fact]
    public async Task SettleAsync_EventsThatCauseEachOther_EndsWithAClearError()
    {
        await using var harness = await StartAsync(new HarnessOptions { MaxDeliveries = 100 }, bus =>
        {
            bus.Subscription("ping").Handle<Placed>(async (e, context, token) =>
                await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(new Paid(e.Number), token));
            bus.Subscription("pong").Handle<Paid>(async (e, context, token) =>
                await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(new Placed(e.Number), token));
        });
        await harness.PublishAsync(new Placed(1), cancellationToken: Token);

        var error = await Assert.ThrowsAsync<EventBusException>(() => harness.SettleAsync(cancellationToken: Token));

        Assert.Contains("more than 100 deliveries", error.Message, StringComparison.Ordinal);
        Assert.Contains("placed", error.Message, StringComparison.Ordinal);
        Assert.Contains("paid", error.Message, StringComparison.Ordinal);

        // The last one may not have ended when the one that it caused was too many.
        Assert.InRange(harness.Handled<object>().Count, 99, 100);
    }

    [Fact]
    public async Task SettleAsync_WaitsForTimeWithoutEnd_EndsWithAClearError()
    {
        await using var harness = await StartAsync(
            new HarnessOptions { MaxTime = TimeSpan.FromHours(1) },
            bus => bus.Subscription("s").Handle<Placed>((_, _, _) => throw new InvalidOperationException("never")));
        await harness.PublishAsync(new Placed(1), cancellationToken: Token);

        var error = await Assert.ThrowsAsync<EventBusException>(() => harness.SettleAsync(cancellationToken: Token));

        Assert.Contains("1 events are still waiting after 01:00:00", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SettleAsync_UnderFaults_NothingIsLost()
    {
        var plan = new FaultPlan(11)
        {
            Delays = 0.3,
            LongestDelay = TimeSpan.FromMinutes(10),
            Duplicates = 0.2,
            ReceiveErrors = 0.2,
            Cuts = 0.05,
            LongestCut = TimeSpan.FromMinutes(2),
            PublishTimeout = TimeSpan.FromHours(1),
        };
        await using var harness = await StartAsync(new HarnessOptions { Faults = plan }, bus => bus.Subscription("s").Handle<Placed>(
            async (e, context, token) =>
                await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(new Paid(e.Number), token)).WithConcurrency(4));
        for (var i = 0; i < 100; i++)
        {
            await harness.PublishAsync(new Placed(i, $"c{i % 10}"), cancellationToken: Token);
        }

        await harness.SettleAsync(cancellationToken: Token);

        Assert.Equal(Enumerable.Range(0, 100), harness.Handled<Placed>().Select(handled => handled.Event.Number).Distinct().Order());
        Assert.NotEmpty(plan.Injected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task SettleAsync_PoisonUnderFaults_DiesAndTheRestIsHandled(int seed)
    {
        const int Events = 100;
        var plan = new FaultPlan(seed)
        {
            PublishErrors = 0.1,
            LostAcknowledgements = 0.1,
            Delays = 0.3,
            LongestDelay = TimeSpan.FromMinutes(10),
            ReceiveErrors = 0.1,
            Cuts = 0.02,
            LongestCut = TimeSpan.FromMinutes(2),
            PublishTimeout = TimeSpan.FromSeconds(30),
        };
        await using var harness = await StartAsync(new HarnessOptions { Faults = plan }, bus => bus.Subscription("s")
            .Handle<Placed>((e, _, _) => e.Number % 10 == 0 ? throw new InvalidOperationException("poison") : ValueTask.CompletedTask)
            .WithConcurrency(4)
            .WithRetry(retry => retry.Attempts = 3)
            .WithDeadLetters());
        for (var i = 0; i < Events; i++)
        {
            await PublishUntilStoredAsync(harness, new Placed(i, $"c{i % 7}"));
        }

        await harness.SettleAsync(cancellationToken: Token);

        Assert.Equal(
            Enumerable.Range(0, Events).Where(number => number % 10 != 0),
            harness.Handled<Placed>().Select(handled => handled.Event.Number).Distinct().Order());
        Assert.Equal(
            Enumerable.Range(0, Events / 10).Select(number => number * 10),
            harness.DeadLettered<Placed>().Select(dead => dead.Event.Number).Distinct().Order());
    }

    private static async Task PublishUntilStoredAsync(EventBusHarness harness, Placed placed)
    {
        while (true)
        {
            try
            {
                await harness.PublishAsync(placed, cancellationToken: Token);
                return;
            }
            catch (PublishException)
            {
                // Stored or not: again.
            }
        }
    }

    [Fact]
    public async Task SettleAsync_PausedSubscription_IsLeftAlone()
    {
        await using var harness = await StartAsync(null, bus =>
        {
            bus.Subscription("paused").Handle<Placed>((_, _, _) => ValueTask.CompletedTask);
            bus.Subscription("running").Handle<Placed>((_, _, _) => ValueTask.CompletedTask);
        });
        await harness.Bus.PauseAsync("paused", Token);
        await harness.PublishAsync(new Placed(1), cancellationToken: Token);

        await harness.SettleAsync(cancellationToken: Token);
        Assert.Equal("running", Assert.Single(harness.Handled<Placed>()).Subscription);

        await harness.Bus.ResumeAsync("paused", Token);
        await harness.SettleAsync(cancellationToken: Token);
        Assert.Equal(2, harness.Handled<Placed>().Count);
    }

    private sealed class Batches : IBatchEventHandler<Placed>
    {
        public List<int> Sizes { get; } = [];

        public ValueTask HandleAsync(EventBatch<Placed> batch, CancellationToken cancellationToken)
        {
            Sizes.Add(batch.Count);
            return ValueTask.CompletedTask;
        }
    }

    private static Task<EventBusHarness> StartAsync(HarnessOptions? options, Action<EventBusBuilder> configure) =>
        Harnesses.StartAsync(options, configure);
}
