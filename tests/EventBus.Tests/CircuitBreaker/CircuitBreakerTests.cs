using EventBus.Tests.Support;
using EventBus.Transports.InMemory;
using Microsoft.Extensions.DependencyInjection;
using static EventBus.Tests.CircuitBreaker.BreakerRig;

namespace EventBus.Tests.CircuitBreaker;

public sealed class CircuitBreakerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Failures_AtTheDefaults_OpenAtTheFifthTryAgainAfterAMinuteAndCloseAfterThreeSuccesses()
    {
        await using var rig = await StartAsync(subscription => subscription.WithCircuitBreaker());
        await rig.PublishAsync(0, 20);
        await rig.OpenedAsync();
        Assert.Equal([(0, 1), (1, 1), (2, 1), (3, 1), (4, 1)], rig.Calls.Items);

        rig.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, rig.Log.CountOf(HalfOpenedLine));
        await rig.BreakOverAsync(TimeSpan.FromSeconds(1));
        await rig.OpenedAsync(times: 2);
        Assert.Single(rig.Calls.Items.Skip(5));

        rig.IsDown = false;
        await rig.BreakOverAsync();
        await rig.ClosedAsync();
        await rig.HandledInTimeAsync(20);

        // Those that failed before it opened have used an attempt, the probe that failed has not.
        Assert.Equal(
            Enumerable.Range(0, 20).Select(number => (number, number < 5 ? 2 : 1)),
            rig.Handled.Items.Select(handled => (handled.Number, handled.Attempt)).Order());
    }

    [Fact]
    public async Task Success_BetweenFailures_StartsTheCountAgain()
    {
        await using var rig = await StartAsync(subscription => subscription.WithCircuitBreaker(), down: false);
        rig.Before = (e, _) => e.Number % 5 != 4 ? throw new InvalidOperationException("Fails.") : Task.CompletedTask;
        await rig.PublishAsync(0, 20);

        await rig.Handled.UntilAsync(items => items.Count == 4);
        Assert.Equal(0, rig.Log.CountOf(OpenedLine));
    }

    [Fact]
    public async Task Handlers_ThatFailAfterTheOpening_DoNotUseUpAnAttempt()
    {
        await using var rig = await StartAsync(subscription => subscription.WithConcurrency(8).WithCircuitBreaker());
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Before = (_, _) => go.Task;
        await rig.PublishAsync(0, 8);
        await rig.Calls.CountAsync(8);
        go.SetResult();
        await rig.OpenedAsync();
        await rig.LoggedAsync(UncountedLine, 3);

        rig.IsDown = false;
        await rig.BreakOverAsync();
        await rig.HandledInTimeAsync(8);
        var handled = rig.Handled.Items;

        Assert.Equal(3, handled.Count(item => item.Attempt == 1));
        Assert.Equal(5, handled.Count(item => item.Attempt == 2));
    }

    [Fact]
    public async Task Handler_ThatSucceedsAfterTheOpening_IsAcknowledgedAndDoesNotCloseTheCircuit()
    {
        await using var rig = await StartAsync(subscription => subscription.WithConcurrency(2)
            .WithCircuitBreaker(breaker => (breaker.FailureThreshold, breaker.SuccessThreshold) = (1, 1)));
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Before = (e, _) => e.Number == 0 ? go.Task : throw new InvalidOperationException("Fails.");
        await rig.PublishAsync(0, 1);
        await rig.Calls.CountAsync(1);
        await rig.PublishAsync(1, 1);
        await rig.OpenedAsync();

        rig.IsDown = false;
        go.SetResult();
        Assert.Equal(0, Assert.Single(await rig.Handled.CountAsync(1)).Number);
        Assert.Equal(0, rig.Log.CountOf(ClosedLine));
        rig.Before = (_, _) => Task.CompletedTask;
        await rig.BreakOverAsync();
        await rig.HandledInTimeAsync(2);
        Assert.Equal(("k1", 1, 2), rig.Handled.Items[1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task OpenCircuit_OfASubscriptionThatWaitsForEvents_ReadsNothingUntilTheBreakIsOver(int concurrency)
    {
        var transport = new WatchedTransport(new InMemoryBroker().CreateTransport());
        await using var rig = await StartAsync(
            subscription => subscription.WithConcurrency(concurrency)
                .WithCircuitBreaker(breaker => (breaker.FailureThreshold, breaker.SuccessThreshold) = (1, 2)),
            bus => bus.UseTransport(_ => transport));
        await rig.PublishAsync(0, 1);
        await rig.OpenedAsync();
        await rig.PublishAsync(1, 50);
        await rig.Other.CountAsync(51);

        Assert.Equal(52, transport.HandedOut);
        Assert.Single(rig.Calls.Items);
        await rig.BreakOverAsync();
        await rig.OpenedAsync(times: 2);

        // One event is read, to be the probe in place of the one that has failed.
        Assert.Equal([(0, 1), (1, 1)], rig.Calls.Items);
        Assert.Equal(53, transport.HandedOut);
        rig.IsDown = false;
        await rig.BreakOverAsync();
        await rig.HandledInTimeAsync(51);
        Assert.Equal(102, transport.HandedOut);
    }

    [Fact]
    public async Task HalfOpenCircuit_AtAnyConcurrency_TriesOneEventAtATime()
    {
        await using var rig = await StartAsync(subscription => subscription.WithConcurrency(8)
            .WithCircuitBreaker(breaker => breaker.SuccessThreshold = 5));
        await rig.PublishAsync(0, 30);
        await rig.OpenedAsync();
        await Eventually.ThatAsync(() => rig.Log.CountOf(UncountedLine) + 5 == rig.Calls.Items.Count, "all handlers have ended");

        var before = rig.Calls.Items.Count;
        var go = new SemaphoreSlim(0);
        rig.Before = (_, _) => go.WaitAsync(Token);
        rig.IsDown = false;
        await rig.BreakOverAsync();
        for (var probe = 1; probe <= 5; probe++)
        {
            await rig.Calls.CountAsync(before + probe);
            Assert.Equal(probe - 1, rig.Handled.Items.Count);
            Assert.Equal(before + probe, rig.Calls.Items.Count);
            go.Release();
            await rig.Handled.CountAsync(probe);
        }

        await rig.ClosedAsync();
        await rig.Calls.CountAsync(before + 13);
        go.Release(30);
        await rig.HandledInTimeAsync(30);
    }

    [Fact]
    public async Task FailingProbes_OverManyBreaks_UseUpNoAttempt()
    {
        await using var rig = await StartAsync(subscription => subscription.WithCircuitBreaker());
        await rig.PublishAsync(0, 8);
        for (var opened = 1; opened <= 30; opened++)
        {
            await rig.OpenedAsync(opened);
            await rig.BreakOverAsync();
        }

        await rig.OpenedAsync(31);
        rig.IsDown = false;
        await rig.BreakOverAsync();

        Assert.All(await rig.Handled.CountAsync(8), item => Assert.Equal(item.Number < 5 ? 2 : 1, item.Attempt));
        Assert.Equal(35, rig.Calls.Items.Count - rig.Handled.Items.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task PoisonousEvent_AmongOthersThatSucceed_DoesNotKeepTheCircuitOpen(int concurrency)
    {
        await using var rig = await StartAsync(subscription => subscription.WithConcurrency(concurrency)
            .WithCircuitBreaker(breaker => breaker.FailureThreshold = 1));
        await rig.PublishAsync(0, 1);
        await rig.OpenedAsync();

        // Alone, it is the probe when no other event has come for a second.
        await rig.BreakOverAsync();
        await Eventually.ThatAsync(
            () =>
            {
                rig.Time.Advance(TimeSpan.FromMilliseconds(50));
                return rig.Log.CountOf(OpenedLine) == 2;
            },
            "the probe fails");

        rig.Before = (e, _) => e.Number == 0 ? throw new InvalidOperationException("Poison.") : Task.CompletedTask;
        rig.IsDown = false;
        await rig.PublishAsync(1, 3);
        await rig.BreakOverAsync();
        await rig.ClosedAsync();

        Assert.Equal([1, 2, 3], rig.Handled.Items.Select(item => item.Number));
    }

    [Fact]
    public async Task Circuit_WhenTheConsumerHasToBeOpenedAgain_StaysOpen()
    {
        var transport = new WatchedTransport(new InMemoryBroker().CreateTransport());
        await using var rig = await StartAsync(
            subscription => subscription.WithCircuitBreaker(
                breaker => (breaker.FailureThreshold, breaker.BreakDuration) = (2, TimeSpan.FromDays(9))),
            bus => bus.UseTransport(_ => transport));
        rig.Before = async (_, _) => await Eventually.ThatAsync(() => transport.Receiving == 1, "the other waits");
        await rig.PublishAsync(0, 1);
        await rig.Calls.CountAsync(1);
        rig.Before = (_, _) => Task.CompletedTask;

        // The second failure comes from a retry, while the reader waits; the opening interrupts it.
        await Eventually.ThatAsync(() => transport.Receiving == 2, "both wait for events");
        transport.CutWhenInterrupted = true;
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.OpenedAsync();
        await Eventually.ThatAsync(
            () =>
            {
                rig.Time.Advance(TimeSpan.FromMilliseconds(100));
                return transport.Opened == 3;
            },
            "the consumer is opened again");
        await rig.PublishAsync(1, 1);
        await rig.Other.CountAsync(2);
        Assert.Equal(2, rig.Calls.Items.Count);

        rig.IsDown = false;
        await rig.BreakOverAsync(TimeSpan.FromDays(9));
        await Eventually.ThatAsync(
            () =>
            {
                rig.Time.Advance(TimeSpan.FromSeconds(1));
                return rig.Handled.Items.Count == 2;
            },
            "both are handled");
    }

    [Fact]
    public async Task StopAsync_WithAnOpenCircuit_EndsAndTheNextStartBeginsClosed()
    {
        await using var rig = await StartAsync(subscription => subscription.WithCircuitBreaker());
        await rig.PublishAsync(0, 10);
        await rig.OpenedAsync();

        await rig.Bus.Bus.StopAsync(Token).WaitAsync(TestBus.Deadline, Token);
        rig.IsDown = false;
        await rig.Bus.Bus.StartAsync(Token);

        await rig.HandledInTimeAsync(10);
        Assert.Equal(0, rig.Log.CountOf(HalfOpenedLine));
    }

    [Fact]
    public async Task StopAsync_ThatCancelsHandlers_IsNoFailureToTheCircuit()
    {
        await using var rig = await StartAsync(
            subscription => subscription.WithCircuitBreaker(breaker => breaker.FailureThreshold = 1), down: false);
        rig.Before = (_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        await rig.PublishAsync(0, 1);
        await rig.Calls.CountAsync(1);

        await rig.Bus.Bus.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TestBus.Deadline, Token);

        Assert.Equal(0, rig.Log.CountOf(OpenedLine));
    }

    [Fact]
    public async Task PausedSubscription_WhoseBreakIsOver_TriesNothingUntilItIsResumed()
    {
        await using var rig = await StartAsync(subscription => subscription.WithCircuitBreaker());
        await rig.PublishAsync(0, 10);
        await rig.OpenedAsync();
        await rig.Bus.Bus.PauseAsync("s", Token);
        rig.IsDown = false;
        await rig.BreakOverAsync();
        await rig.PublishAsync(10, 1);
        await rig.Other.CountAsync(11);
        Assert.Equal(5, rig.Calls.Items.Count);

        await rig.Bus.Bus.ResumeAsync("s", Token);
        await rig.HandledInTimeAsync(11);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Outages_AgainAndAgainUnderLoad_KeepEachKeysOrderAndLoseNothing(int concurrency)
    {
        const int Keys = 12;
        const int PerKey = 60;
        await using var rig = await StartAsync(
            subscription => subscription.WithConcurrency(concurrency).Configure(options => options.MaxInFlight = 48)
                .WithCircuitBreaker(breaker => breaker.CallTimeout = null));
        rig.Before = async (e, _) =>
        {
            if (e.Number % 5 == 0)
            {
                await Task.Yield();
            }
        };
        var publishing = Task.Run(
            async () =>
            {
                for (var i = 0; i < PerKey; i++)
                {
                    for (var key = 0; key < Keys; key++)
                    {
                        await rig.Bus.Publisher.PublishAsync(new Numbered($"k{key}", i), Token);
                    }
                }
            },
            Token);

        await rig.OpenedAsync();
        var random = new Random(7);
        await Eventually.ThatAsync(
            () =>
            {
                rig.IsDown = random.Next(3) == 0;
                rig.Time.Advance(TimeSpan.FromSeconds(random.Next(40)));
                return rig.Handled.Items.Count == Keys * PerKey;
            },
            "everything is handled");
        await publishing;
        Assert.All(
            rig.Handled.Items.GroupBy(item => item.Key),
            group => Assert.Equal(Enumerable.Range(0, PerKey), group.Select(item => item.Number)));
    }
}
