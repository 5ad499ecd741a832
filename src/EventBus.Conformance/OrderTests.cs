using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>Order: one key's events one at a time and in the order of publishing; what has no order in common runs at once.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class OrderTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    private const int Parallel = 4;

    [Fact]
    public async Task G2_SixteenKeysEightMembersConcurrencyEight_EachKeyKeepsItsOrder()
    {
        Needs(Can.KeyOrderAcrossMembers, nameof(Can.KeyOrderAcrossMembers));
        const int Keys = 16;
        const int Members = 8;
        var world = await NewWorldAsync(new WorldOptions { Partitions = Members });
        var group = world.Group();
        await world.StartAsync(Members, group, bus => bus.On(group, (_, token) => Subscribing.WorkAsync(token)).WithConcurrency(8));
        var events = Numbered.OfKeys(Keys, 1_000);
        await world.PublishAllAsync(events);
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G2_OneMemberWithHighConcurrency_EachKeyKeepsItsOrder()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var events = Numbered.OfKeys(keys: 16, 1_000);
        await world.PublishBatchAsync(events);
        await world.StartAsync(bus => bus.On(group, (_, token) => Subscribing.WorkAsync(token)).WithConcurrency(32));
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        group.AssertEachOnceInOrder(events);
        Assert.True(group.MostRunning > 1, "Nothing ever ran at once, so the order was not put to the test.");
    }

    [Fact]
    public async Task G2_ConcurrencyOne_IsTheOrderOfThePartition()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        Numbered[] events = [.. Enumerable.Range(0, 300).Select(number => new Numbered(number, number % 2 == 0 ? null : $"key-{number % 7}"))];
        await world.PublishAllAsync(events);
        await world.StartAsync(bus => bus.On(group, (_, token) => Subscribing.WorkAsync(token)));
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        group.AssertEachOnce(events);
        foreach (var partition in group.Handled.GroupBy(seen => seen.Position.Partition))
        {
            var offsets = partition.Select(seen => seen.Position.Offset).ToArray();
            Assert.Equal(offsets.Order(), offsets);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task G2_EventFails_IsTriedAgainInItsKeysOrder(int concurrency)
    {
        const int Failing = 6;
        var world = await NewWorldAsync();
        var group = world.Group();
        var events = Numbered.OfKeys(keys: 3, count: 60);
        await world.StartAsync(bus => bus.On(group, (@event, context, _) => @event.Number == Failing && context.Attempt <= 2
            ? throw new InvalidOperationException("It fails twice on purpose.")
            : ValueTask.CompletedTask).WithConcurrency(concurrency));
        await world.PublishAllAsync(events);
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        group.AssertEachOnceInOrder(events);
        Assert.Equal([1, 2], group.Failed.Select(failure => failure.Seen.Attempt));
        Assert.All(group.Failed, failure => Assert.Equal(Failing, failure.Seen.Number));
        Assert.Equal(3, group.Handled.Single(seen => seen.Number == Failing).Attempt);
    }

    [Fact]
    public async Task G2_KeyInRetry_HoldsBackOnlyItself()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var events = Numbered.OfKeys(keys: 4, count: 80);
        var others = events.Where(@event => @event.Key != "key-0").ToArray();
        await world.StartAsync(bus => bus.On(
            group,
            (@event, context, _) => @event.Number == 8
                && (context.Attempt == 1 || group.CountOf(seen => seen.Envelope.Key != "key-0") < others.Length)
                ? throw new InvalidOperationException("It fails until all other keys are through.")
                : ValueTask.CompletedTask).WithConcurrency(8));
        await world.PublishAllAsync(events);
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        group.AssertEachOnceInOrder(events);
        Assert.NotEmpty(group.Failed);
        var handled = group.HandledNumbers.ToList();
        Assert.All(others, other => Assert.True(handled.IndexOf(other.Number) < handled.IndexOf(8)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Concurrency_WhatHasNoOrderInCommon_RunsAtOnce(bool keyed)
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        await world.StartAsync(bus => bus.On(group, async (_, token) =>
            await world.UntilAsync(() => group.MostRunning >= Parallel, () => $"{Parallel} handlers to run at once").WaitAsync(token))
            .WithConcurrency(Parallel));
        await world.PublishAllAsync(keyed ? Numbered.OfKeys(keys: Parallel, count: Parallel) : Numbered.WithoutKey(Parallel));
        await group.HandledAsync(Parallel);

        Assert.Equal(Parallel, group.MostRunning);
    }

    [Fact]
    public async Task Concurrency_Many_IsNeverExceeded()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var events = Numbered.WithoutKey(200);
        await world.PublishBatchAsync(events);
        await world.StartAsync(bus => bus.On(group, (_, token) => Subscribing.WorkAsync(token)).WithConcurrency(Parallel));
        await group.HandledAsync(events);

        Assert.InRange(group.MostRunning, 1, Parallel);
    }
}
