using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>A group's members come, go and die while events flow.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class MemberTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    private const int Partitions = 6;
    private const int Keys = 24;
    private const int Events = 600;

    [Fact]
    public async Task G3_MemberStopsInTheMiddle_TheOthersTakeOver()
    {
        var world = await NewWorldAsync(new WorldOptions { Partitions = Partitions });
        var group = world.Group();
        var members = await world.StartAsync(3, group, bus => bus.On(group, (_, token) => Subscribing.WorkAsync(token)).WithConcurrency(4));
        var events = Numbered.OfKeys(Keys, Events);
        var publishing = world.PublishAllAsync(events);
        await group.HandledAsync(Events / 4);

        await members[1].StopAsync();
        var handledByTheStopped = group.CountOf(seen => seen.Member == members[1]);
        await publishing;
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        Assert.Equal(handledByTheStopped, group.CountOf(seen => seen.Member == members[1]));
        AssertAll(group, events);
    }

    [Fact]
    public async Task G3_MemberJoins_TakesAShare()
    {
        var world = await NewWorldAsync(new WorldOptions { Partitions = Partitions });
        Needs(world.Partitions > 1, "several partitions");
        var group = world.Group();
        Action<EventBusBuilder> subscribe = bus => bus.On(group, (_, token) => Subscribing.WorkAsync(token)).WithConcurrency(4);
        var first = await world.StartAsync(subscribe);
        var events = new List<Numbered>(Numbered.OfKeys(Keys, Events));
        var publishing = world.PublishAllAsync(events);
        await group.HandledAsync(Events / 4);
        var second = await world.StartAsync(subscribe);
        await publishing;

        // The share may come late: events are added until it has.
        while (group.CountOf(seen => seen.Member == second) == 0)
        {
            var more = Numbered.OfKeys(Keys, Keys, from: events.Count);
            events.AddRange(more);
            await world.PublishAllAsync(more);
            await group.HandledAsync(events);
            Assert.True(events.Count < 100 * Events, "The member that joined never got an event.");
        }

        await group.HandledAsync(events);
        await world.StopMembersAsync();
        AssertAll(group, events);
        Assert.True(group.CountOf(seen => seen.Member == first) > 0);
    }

    [Fact]
    public async Task G1_MemberIsKilledWithoutAWord_TheOthersTakeOver()
    {
        Needs(Can.Kill, nameof(Can.Kill));
        var world = await NewWorldAsync(new WorldOptions { Partitions = Partitions });
        var group = world.Group();
        var members = await world.StartAsync(3, group, bus => bus.On(group, (_, token) => Subscribing.WorkAsync(token)).WithConcurrency(4));
        var events = Numbered.OfKeys(Keys, Events);
        var publishing = world.PublishAllAsync(events);
        await group.HandledAsync(Events / 4);

        await members[0].KillAsync();
        await publishing;
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        group.AssertEachAtLeastOnce(events);
        if (Can.KeyOrderAcrossMembers)
        {
            group.AssertOrder(events);
        }
    }

    [Fact]
    public async Task G3_LastMemberStops_TheNextGoesOnWhereItEnded()
    {
        var world = await NewWorldAsync(new WorldOptions { Partitions = Partitions });
        var group = world.Group();
        var events = Numbered.OfKeys(Keys, 300);
        for (var round = 0; round < 3; round++)
        {
            var member = await world.StartAsync(bus => bus.On(group).WithConcurrency(4));
            await world.PublishAllAsync(events[(100 * round)..(100 * (round + 1))]);
            await group.HandledAsync(events[..(100 * (round + 1))]);
            await member.StopAsync();
        }

        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G2_MembersComeAndGo_EachKeyKeepsItsOrder()
    {
        Needs(Can.KeyOrderAcrossMembers, nameof(Can.KeyOrderAcrossMembers));
        var world = await NewWorldAsync(new WorldOptions { Partitions = Partitions });
        var group = world.Group();
        Action<EventBusBuilder> subscribe = bus => bus.On(group, (_, token) => Subscribing.WorkAsync(token)).WithConcurrency(8);
        var oldest = new Queue<Member>(await world.StartAsync(2, group, subscribe));
        var events = Numbered.OfKeys(Keys, Events);
        for (var round = 0; round < 6; round++)
        {
            await world.PublishAllAsync(events[(100 * round)..(100 * (round + 1))]);
            oldest.Enqueue(await world.StartAsync(subscribe));
            await oldest.Dequeue().StopAsync();
        }

        await group.HandledAsync(events);
        await world.StopMembersAsync();
        AssertAll(group, events);
    }

    private void AssertAll(Group group, IReadOnlyCollection<Numbered> events)
    {
        if (Can.MovesWithoutRepeats)
        {
            group.AssertEachOnce(events);
        }
        else
        {
            group.AssertEachAtLeastOnce(events);
        }

        if (Can.KeyOrderAcrossMembers)
        {
            group.AssertOrder(events);
        }
    }
}
