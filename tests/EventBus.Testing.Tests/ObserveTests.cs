using EventBus.DeadLetters;
using EventBus.Retry;
using EventBus.Testing.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Polly;

namespace EventBus.Testing.Tests;

/// <summary>What a harness shows of what happened, and the failures that it makes.</summary>
public sealed class ObserveTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Published_ByTheTestAndByHandlers_AllInOrder()
    {
        await using var harness = await Harnesses.StartAsync(null, bus => bus.Subscription("pay").Handle<Placed>(
            async (e, context, token) =>
            {
                await context.Services.GetRequiredService<IEventPublisher>().PublishBatchAsync<object>(
                    new object[] { new Paid(e.Number), new Shipped(e.Number) }, cancellationToken: token);
            }));
        var position = await harness.PublishAsync(new Placed(7), cancellationToken: Token);
        await harness.SettleAsync(cancellationToken: Token);

        Assert.Equal([new Placed(7), new Paid(7), new Shipped(7)], harness.Published<object>().Select(each => each.Event));
        var placed = Assert.Single(harness.Published<Placed>());
        Assert.Equal((position, null, 0, null), (placed.Position, placed.Subscription, placed.Attempt, placed.Exception));
        Assert.Equal(placed.Envelope.Id, Assert.Single(harness.Published<Paid>()).Envelope.Metadata.CausationId);
    }

    [Fact]
    public async Task Fail_Times_AttemptsFailAndAreMadeAgain()
    {
        await using var harness = await Harnesses.StartAsync(null, bus =>
        {
            bus.Subscription("one").Handle<Placed>((_, _, _) => ValueTask.CompletedTask);
            bus.Subscription("other").Handle<Placed>((_, _, _) => ValueTask.CompletedTask);
        });
        var error = new TimeoutException("The bank is closed.");
        harness.Fail<Placed>(times: 3, error, subscription: "one");
        var position = await harness.PublishAsync(new Placed(1), cancellationToken: Token);

        await harness.SettleAsync(cancellationToken: Token);

        Assert.Equal([1, 2, 3], harness.Failed<Placed>().Select(failed => failed.Attempt));
        Assert.Equal([2, 3, 4], harness.Retried<Placed>("one").Select(retried => retried.Attempt));
        Assert.All(harness.Failed<object>().Concat(harness.Retried<object>()), each =>
        {
            Assert.Same(error, each.Exception);
            Assert.Equal(("one", position), (each.Subscription, each.Position));
        });
        Assert.Equal(4, Assert.Single(harness.Handled<Placed>("one")).Attempt);
        Assert.Equal(1, Assert.Single(harness.Handled<Placed>("other")).Attempt);
        Assert.Empty(harness.DeadLettered<object>());
    }

    [Fact]
    public async Task DeadLettered_AfterRetriesOverHours_TellsGroupAttemptPositionAndCause()
    {
        await using var harness = await Harnesses.StartAsync(null, bus => bus.Subscription("pay")
            .Handle<Placed>((e, _, _) => e.Number == 1 ? throw new InvalidOperationException("No money.") : ValueTask.CompletedTask)
            .WithRetry(retry =>
            {
                retry.Attempts = 5;
                retry.Delay = TimeSpan.FromHours(2);
                retry.Backoff = DelayBackoffType.Constant;
            })
            .WithDeadLetters());
        var before = harness.Time.GetUtcNow();
        var start = TimeProvider.System.GetTimestamp();
        var position = await harness.PublishAsync(new Placed(1, "ada"), cancellationToken: Token);
        await harness.PublishAsync(new Placed(2, "bob"), cancellationToken: Token);

        await harness.SettleAsync(cancellationToken: Token);

        Assert.Equal(before + TimeSpan.FromHours(8), harness.Time.GetUtcNow());
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        var dead = Assert.Single(harness.DeadLettered<Placed>());
        Assert.Equal((new Placed(1, "ada"), "pay", 5, position), (dead.Event, dead.Subscription, dead.Attempt, dead.Position));
        Assert.Equal("No money.", Assert.IsType<InvalidOperationException>(dead.Exception).Message);
        Assert.Equal(4, harness.Retried<Placed>().Count);
        Assert.Equal(2, Assert.Single(harness.Handled<Placed>()).Event.Number);
    }

    [Fact]
    public async Task DeadLettered_Redriven_IsHandledWhenItSettlesAgain()
    {
        await using var harness = await Harnesses.StartAsync(null, bus => bus.Subscription("pay")
            .Handle<Placed>((_, _, _) => ValueTask.CompletedTask).WithDeadLetters());
        harness.Fail<Placed>(times: 10);
        await harness.PublishAsync(new Placed(1), cancellationToken: Token);
        await harness.SettleAsync(cancellationToken: Token);
        Assert.Single(harness.DeadLettered<Placed>());

        var letters = harness.Services.GetRequiredService<IDeadLetters>();
        Assert.Equal(1, await letters.RedriveAsync("pay", new DeadLetterQuery(), cancellationToken: Token));
        await harness.SettleAsync(cancellationToken: Token);

        Assert.Single(harness.Handled<Placed>());
    }

    [Fact]
    public async Task Retry_OutOfOrder_ComesAtItsTime()
    {
        await using var harness = await Harnesses.StartAsync(null, bus => bus.Subscription("pay")
            .Handle<Placed>((_, _, _) => ValueTask.CompletedTask)
            .WithRetry(retry =>
            {
                retry.InOrder = false;
                retry.Delay = TimeSpan.FromHours(6);
            }));
        harness.Fail<Placed>(times: 1);
        await harness.PublishAsync(new Placed(1), cancellationToken: Token);
        await harness.PublishAsync(new Placed(2), cancellationToken: Token);

        await harness.SettleAsync(advanceTime: false, Token);
        Assert.Equal(2, Assert.Single(harness.Handled<Placed>()).Event.Number);

        await harness.SettleAsync(cancellationToken: Token);
        Assert.Equal([2, 1], harness.Handled<Placed>().Select(handled => handled.Event.Number));
    }

    [Fact]
    public async Task Idempotency_Duplicates_AreHandledOnce()
    {
        await using var harness = await Harnesses.StartAsync(
            new HarnessOptions { Seed = 5, Faults = new FaultPlan { Duplicates = 1 } },
            bus => bus.Subscription("pay").Handle<Paid>(async (_, _, _) => await Task.Yield()).WithConcurrency(4).WithIdempotency());
        for (var i = 0; i < 10; i++)
        {
            await harness.PublishAsync(new Paid(i), cancellationToken: Token);
        }

        await harness.SettleAsync(cancellationToken: Token);

        Assert.Equal(10, harness.Handled<Paid>().Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RoundTripJson_AsAsked_EventsAreCopiedOrNot(bool roundTrip)
    {
        object? handled = null;
        await using var harness = await Harnesses.StartAsync(
            new HarnessOptions { RoundTripJson = roundTrip },
            bus => bus.Subscription("pay").Handle<Paid>((e, _, _) =>
            {
                handled = e;
                return ValueTask.CompletedTask;
            }));
        var paid = new Paid(1);
        await harness.PublishAsync(paid, cancellationToken: Token);
        await harness.SettleAsync(cancellationToken: Token);

        Assert.Equal(paid, handled);
        Assert.Equal(!roundTrip, ReferenceEquals(paid, handled));
    }

    [Fact]
    public async Task Fail_NoTimes_IsRefused()
    {
        await using var harness = await Harnesses.StartAsync(null, bus => bus.Subscription("s").Handle<Paid>((_, _, _) => ValueTask.CompletedTask));

        Assert.Throws<ArgumentOutOfRangeException>(() => harness.Fail<Paid>(0));
    }

    [Fact]
    public async Task Subscribe_WhileRunning_IsSeenToo()
    {
        await using var harness = await Harnesses.StartAsync(null, bus => bus.Subscription("s").Handle<Paid>((_, _, _) => ValueTask.CompletedTask));
        await harness.Bus.SubscribeAsync("added", added => added.Handle<Paid>((_, _, _) => ValueTask.CompletedTask), Token);
        await harness.PublishAsync(new Paid(1), cancellationToken: Token);

        await harness.SettleAsync(cancellationToken: Token);
        Assert.Single(harness.Handled<Paid>("added"));

        await harness.Bus.UnsubscribeAsync("added", Token);
        await harness.PublishAsync(new Paid(2), cancellationToken: Token);
        await harness.SettleAsync(cancellationToken: Token);
        Assert.Equal(3, harness.Handled<Paid>().Count);
    }

    [Fact]
    public async Task Dispose_HandlerThatIgnoresItsToken_IsAbandoned()
    {
        var never = new TaskCompletionSource();
        var harness = await Harnesses.StartAsync(null, bus => bus.Subscription("s").Handle<Paid>(async (_, _, _) => await never.Task));
        await harness.PublishAsync(new Paid(1), cancellationToken: Token);

        await harness.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Token);
    }

    [Fact]
    public async Task Start_WrongWiring_TellsTheMistakes() =>
        await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => Harnesses.StartAsync(null, bus => bus.Subscription("s")));
}
