using EventBus.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static EventBus.Tests.CircuitBreaker.BreakerRig;

namespace EventBus.Tests.CircuitBreaker;

public sealed class FailureKindTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attempt_LongerThanTheCallTimeout_FailsWithAClearMessageAndCounts()
    {
        await using var rig = await StartAsync(
            subscription => subscription.WithCircuitBreaker(breaker => breaker.FailureThreshold = 1), down: false);
        rig.Before = (_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        await rig.PublishAsync(0, 1);
        await rig.Calls.CountAsync(1);
        rig.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, rig.Log.CountOf(OpenedLine));

        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.OpenedAsync();

        var failure = Assert.IsType<TimeoutException>(rig.Log.Failures.Items[0]);
        Assert.Equal("The attempt was cancelled, for it took longer than the 00:00:10 that it may take.", failure.Message);
    }

    [Fact]
    public async Task Cancellation_OfTheHandlersOwn_Counts()
    {
        await using var rig = await StartAsync(
            subscription => subscription.WithCircuitBreaker(breaker => breaker.FailureThreshold = 2), down: false);
        rig.Before = (_, _) => throw new OperationCanceledException("The handler's own.");
        await rig.PublishAsync(0, 2);
        await rig.OpenedAsync();
    }

    [Fact]
    public async Task DoNotRetryException_SaysNothingToTheCircuit()
    {
        await using var rig = await StartAsync(
            subscription => subscription.WithDeadLetters().WithCircuitBreaker(breaker => breaker.FailureThreshold = 3), down: false);
        rig.Before = (e, _) => e.Number < 10 ? throw new DoNotRetryException("Wrong event.") : Task.CompletedTask;
        await rig.PublishAsync(0, 11);

        await rig.Handled.CountAsync(1);
        Assert.Equal(0, rig.Log.CountOf(OpenedLine));
    }

    [Fact]
    public async Task UndecodableEvents_SayNothingToTheCircuit()
    {
        await using var rig = await StartAsync(
            subscription => subscription.WithDeadLetters().WithCircuitBreaker(breaker => breaker.FailureThreshold = 3),
            bus => bus.UseInMemory(memory => memory.RoundTripJson = true).Event<Unreadable>("unreadable")
                .Subscription("s").Handle<Unreadable>((_, _, _) => ValueTask.CompletedTask),
            down: false);
        for (var i = 0; i < 10; i++)
        {
            await rig.Bus.Publisher.PublishAsync(new Unreadable { Text = "x" }, TestContext.Current.CancellationToken);
        }

        await rig.LoggedAsync(303, 10);
        await rig.PublishAsync(0, 1);

        await rig.Handled.CountAsync(1);
        Assert.Equal(0, rig.Log.CountOf(OpenedLine));
    }

    [Fact]
    public async Task OpenCircuit_OverManyBreaks_MakesNoDeadLetters()
    {
        await using var rig = await StartAsync(subscription => subscription
            .WithRetry(retry => retry.Attempts = 2).WithDeadLetters().WithCircuitBreaker());
        await rig.PublishAsync(0, 8);
        for (var opened = 1; opened <= 10; opened++)
        {
            await rig.OpenedAsync(opened);
            await rig.BreakOverAsync();
        }

        await rig.OpenedAsync(11);
        rig.IsDown = false;
        await rig.BreakOverAsync();
        Assert.Equal(8, (await rig.Handled.CountAsync(8)).Count);
        Assert.Equal(0, rig.Log.CountOf(303));
    }

    [Fact]
    public async Task FailureRatio_AtTheShareOverEnoughAttempts_Opens()
    {
        await using var rig = await StartAsync(
            subscription => subscription.WithCircuitBreaker(breaker =>
                (breaker.FailureRatio, breaker.MinimumThroughput, breaker.FailureThreshold) = (0.5, 10, 1)),
            down: false);
        rig.Before = (e, _) => e.Number % 2 == 1 ? throw new InvalidOperationException("Every second.") : Task.CompletedTask;
        await rig.PublishAsync(0, 9);
        await rig.Calls.CountAsync(9);
        Assert.Equal(0, rig.Log.CountOf(OpenedLine));
        await rig.PublishAsync(9, 1);
        await rig.OpenedAsync();
        Assert.Equal(10, rig.Calls.Items.Count);
    }

    [Fact]
    public async Task FailureRatio_BelowTheShare_StaysClosed()
    {
        await using var rig = await StartAsync(
            subscription => subscription.WithCircuitBreaker(
                breaker => (breaker.FailureRatio, breaker.MinimumThroughput) = (0.5, 4)),
            down: false);
        rig.Before = (e, _) => e.Number % 4 == 3 ? throw new InvalidOperationException("Every fourth.") : Task.CompletedTask;
        await rig.PublishAsync(0, 40);
        await rig.Handled.CountAsync(30);
        Assert.Equal(0, rig.Log.CountOf(OpenedLine));
    }

    [Fact]
    public async Task BatchHandler_BehindAHalfOpenCircuit_IsCalledWithSingleEventsUntilItCloses()
    {
        var time = new VirtualTime();
        var log = new Idempotency.LogLines();
        var calls = new Seen<int[]>();
        var isDown = true;
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddNumbered().Subscription("s").WithConcurrency(4).WithCircuitBreaker()
                .HandleBatch(new Batches(numbers =>
                {
                    calls.Add(numbers);
                    if (Volatile.Read(ref isDown))
                    {
                        throw new InvalidOperationException("Down.");
                    }
                })),
            services => services.AddSingleton<TimeProvider>(time).AddSingleton(log.Factory()));
        for (var i = 0; i < 40; i++)
        {
            await bus.Publisher.PublishAsync(new Numbered($"k{i % 8}", i), Token);
        }

        await log.UntilAsync(OpenedLine);
        await Eventually.ThatAsync(() => log.CountOf(UncountedLine) > 0 || calls.Items.Count > 5, "the batches have ended");
        Volatile.Write(ref isDown, false);
        var before = calls.Items.Count;
        await Eventually.ThatAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return log.CountOf(ClosedLine) > 0;
            },
            "the circuit closes");
        await Eventually.ThatAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return calls.Items.SelectMany(numbers => numbers).Distinct().Count() == 40;
            },
            "everything comes");
        Assert.All(calls.Items.Skip(before).Take(3), numbers => Assert.Single(numbers));
    }

    [Fact]
    public async Task Settings_FromConfiguration_WinAndCanSwitchTheBreakerOff()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["EventBus:Subscriptions:s:CircuitBreaker:FailureThreshold"] = "2",
            ["EventBus:Subscriptions:off:CircuitBreaker:Enabled"] = "false",
        }).Build();
        var log = new Idempotency.LogLines();
        var calls = new Seen<int>();
        await using var bus = await TestBus.StartAsync(
            bus =>
            {
                bus.AddNumbered();
                bus.Subscription("s").Handle<Numbered>((_, _, _) => throw new InvalidOperationException("Down."));
                bus.Subscription("off").WithCircuitBreaker(breaker => breaker.FailureThreshold = 1).Handle<Numbered>((e, _, _) =>
                {
                    calls.Add(e.Number);
                    throw new InvalidOperationException("Down.");
                });
            },
            services => services.AddSingleton<IConfiguration>(configuration).AddSingleton(log.Factory()));
        await bus.Publisher.PublishAsync(new Numbered("a", 1), Token);
        await bus.Publisher.PublishAsync(new Numbered("b", 2), Token);

        await log.UntilAsync(OpenedLine);
        await calls.CountAsync(6);
        Assert.Equal(1, log.CountOf(OpenedLine));
    }

    [Fact]
    public async Task Settings_ThatAreWrong_AreToldTogetherWhenTheBusStarts()
    {
        await using var bus = TestBus.Create(bus => bus.AddNumbered().Subscription("s").HandleNumbersInto(new Seen<int>())
            .WithCircuitBreaker(breaker =>
            {
                breaker.FailureThreshold = 0;
                breaker.SuccessThreshold = 0;
                breaker.FailureRatio = 1.5;
                breaker.MinimumThroughput = 1;
                breaker.SamplingDuration = TimeSpan.Zero;
                breaker.BreakDuration = TimeSpan.Zero;
                breaker.CallTimeout = TimeSpan.Zero;
            }));

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => bus.Bus.StartAsync(Token));
        Assert.Equal(
            ["BreakDuration", "CallTimeout", "FailureRatio", "FailureThreshold", "MinimumThroughput", "SamplingDuration", "SuccessThreshold"],
            exception.Failures.Select(failure => failure.Split(':')[4].Split(' ')[0]).Order());
    }

    private sealed class Batches(Action<int[]> handle) : IBatchEventHandler<Numbered>
    {
        public ValueTask HandleAsync(EventBatch<Numbered> batch, CancellationToken cancellationToken)
        {
            handle([.. Enumerable.Range(0, batch.Count).Select(i => batch[i].Number)]);
            return ValueTask.CompletedTask;
        }
    }

    private sealed record Unreadable
    {
        public required string Text { get; init; }

        // Written as it is, and refused when it is read.
        public int Number
        {
            get => Text.Length;
            init => throw new System.Text.Json.JsonException("It cannot be read.");
        }
    }
}
