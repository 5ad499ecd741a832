using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>Failed attempts: when an event comes again, what waits behind it, and what is remembered of it.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class RetryTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task G5_KeyInRetry_HoldsBackItselfOnly(int concurrency)
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var gate = new Gate();
        var member = await world.StartAsync(bus => bus.On(group, (@event, _, _) => @event is { Key: "key-0", Number: 0 } && !gate.IsOpen
                ? throw new InvalidOperationException("It fails on purpose.")
                : ValueTask.CompletedTask).WithConcurrency(concurrency).WithRetry(retry => retry.MaxDelay = Moment * 10));
        var events = Numbered.OfKeys(keys: 10, count: 200);
        await world.PublishAllAsync(events);

        await group.HandledAsync(events.Where(@event => @event.Key != "key-0").ToArray());
        Assert.DoesNotContain(group.Handled, seen => seen.Envelope.Key == "key-0");
        gate.Open();
        await group.HandledAsync(events);
        await member.StopAsync();
        group.AssertEachOnceInOrder(events);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task G5_KeyInRetryWithManyBehindIt_TheOthersGoOn(int concurrency)
    {
        var world = await NewWorldAsync(new WorldOptions { Partitions = 1 });
        var group = world.Group();
        var gate = new Gate();
        var member = await world.StartAsync(bus => bus.On(group, (@event, _, _) => @event is { Key: "key-0", Number: 0 } && !gate.IsOpen
                ? throw new InvalidOperationException("It fails on purpose.")
                : Subscribing.WorkAsync(default)).WithConcurrency(concurrency).WithRetry(retry => retry.MaxDelay = Moment * 10)
            .Configure(options => options.MaxInFlight = 8));
        var events = Numbered.OfKeys(keys: 3, count: 600);
        await world.PublishBatchAsync(events);

        await group.HandledAsync(events.Where(@event => @event.Key != "key-0").ToArray());
        Assert.DoesNotContain(group.Handled, seen => seen.Envelope.Key == "key-0");
        gate.Open();
        await group.HandledAsync(events);
        await member.StopAsync();
        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G5_KeyInRetryWithManyBehindIt_MovesToOtherMembersInOrder()
    {
        var world = await NewWorldAsync(new WorldOptions { Partitions = 4 });
        var group = world.Group();
        var gate = new Gate();
        var events = Numbered.OfKeys(keys: 6, count: 600);
        var first = await world.StartAsync(Configure);
        await world.PublishBatchAsync(events);
        await group.HandledAsync(events.Where(@event => @event.Key is not ("key-0" or "key-1")).ToArray());

        await world.StartAsync(Configure);
        gate.Open();
        await first.StopAsync();
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);

        void Configure(EventBusBuilder bus) => bus.On(group, (@event, _, _) => @event.Key is "key-0" or "key-1" && !gate.IsOpen
                ? throw new InvalidOperationException("It fails on purpose.")
                : ValueTask.CompletedTask).WithConcurrency(2).WithRetry(retry => retry.MaxDelay = Moment * 10)
            .Configure(options => options.MaxInFlight = 8);
    }

    [Fact]
    public async Task G5_OutOfOrder_TheKeyGoesOnAndTheEventComesBack()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var other = world.Group("other");
        var member = await world.StartAsync(bus =>
        {
            bus.On(other);
            OutOfOrder(bus.On(group, (@event, context, _) => @event.Number % 10 == 0 && context.Attempt < 3
                ? throw new InvalidOperationException("It fails on purpose.")
                : ValueTask.CompletedTask).WithConcurrency(4), Moment);
        });
        var events = Numbered.OfKeys(keys: 3, count: 60);
        var positions = await world.PublishAllAsync(events);

        await group.HandledAsync(events);
        await other.HandledAsync(events);
        await member.StopAsync();
        group.AssertEachOnce(events);
        other.AssertEachOnceInOrder(events);
        Assert.All(group.Handled, seen => Assert.Equal((seen.Number % 10 == 0 ? 3 : 1, positions[seen.Number]), (seen.Attempt, seen.Position)));
    }

    [Fact]
    public async Task G5_OutOfOrder_WhatIsPutAsideOutlivesItsMember()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var first = await world.StartAsync(bus => OutOfOrder(
            bus.On(group, (_, _, _) => throw new InvalidOperationException("It fails on purpose.")), TimeSpan.FromSeconds(1)));
        var before = TimeProvider.System.GetUtcNow();
        await world.PublishAsync(new Numbered(0, "key"));
        await group.StartedAsync(1);
        await world.EventuallyAsync(async () => !await HasOpenAsync(world, group, world.NumberedTopic), () => "the event to be put aside");
        await first.StopAsync();
        var failed = group.Failed.Count;

        await world.StartAsync(bus => OutOfOrder(bus.On(group), Moment));
        await group.HandledAsync([new Numbered(0, "key")]);

        var seen = Assert.Single(group.Handled);
        Assert.Equal(failed + 1, seen.Attempt);
        Assert.InRange(seen.FirstFailure!.Value, before.AddMilliseconds(-1), TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task G5_AttemptsAndFirstFailure_ReachTheNextMember()
    {
        Needs(Can.KeepAttempts, nameof(Can.KeepAttempts));
        var world = await NewWorldAsync();
        var group = world.Group();
        var first = await world.StartAsync(bus => bus.On(group, (_, _, _) => throw new InvalidOperationException("It fails on purpose."))
            .WithRetry(retry => retry.MaxDelay = retry.Delay = Moment));
        await world.PublishAsync(new Numbered(0, "key"));
        await world.UntilAsync(() => group.Failed.Count >= 3, () => "three attempts to fail");
        await first.StopAsync();
        var failed = group.Failed.Count;
        var firstFailure = group.Failed.Select(failure => failure.Seen.FirstFailure).Last();

        await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(1);

        Assert.Equal((failed + 1, firstFailure), (group.Handled[0].Attempt, group.Handled[0].FirstFailure));
    }

    private static SubscriptionBuilder OutOfOrder(SubscriptionBuilder subscription, TimeSpan delay) => subscription.WithRetry(retry =>
    {
        retry.InOrder = false;
        retry.Backoff = Polly.DelayBackoffType.Constant;
        retry.Delay = delay;
        retry.Jitter = false;
    });

    // Where lag cannot be told, the test goes on at once, and may have shown less.
    private async Task<bool> HasOpenAsync(World world, Group group, string topic) =>
        Can.Lag && (await world.Log.GetLagAsync(group.Name)).Any(lag => lag.Topic == topic && lag.Count > 0);
}
