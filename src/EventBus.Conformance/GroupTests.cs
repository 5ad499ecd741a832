using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>Groups: each gets every event, and one member of it handles each one.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class GroupTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    [Fact]
    public async Task G3_TenThousandEventsFiftyPublishersTenMembers_EachIsHandledOnce()
    {
        const int Publishers = 50;
        const int EventsEach = 200;
        const int Members = 10;
        var world = await NewWorldAsync(new WorldOptions { Partitions = 2 * Members });
        var group = world.Group();
        await world.StartAsync(Members, group, bus => bus.On(group).WithConcurrency(4));

        var published = await Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher => Task.Run(async () =>
        {
            var events = Enumerable.Range(0, EventsEach).Select(number => new Numbered(number, $"{publisher}-{number % 4}")).ToArray();
            var outside = world.Create();
            foreach (var @event in events)
            {
                await outside.Publisher.PublishAsync(@event).AsTask().WaitAsync(world.Deadline, TimeProvider.System);
            }

            return events;
        })));
        Numbered[] all = [.. published.SelectMany(events => events)];
        await group.HandledAsync(all);
        await world.StopMembersAsync();

        group.AssertEachOnceInOrder(all);
        Assert.Equal(Can.KeyOrder ? Math.Min(Members, world.Partitions) : Members, group.Handled.Select(seen => seen.Member).Distinct().Count());
    }

    [Fact]
    public async Task G3_TwoGroups_EachGetsEveryEvent()
    {
        var world = await NewWorldAsync();
        var (one, other) = (world.Group("one"), world.Group("other"));
        await world.StartAsync(bus => bus.On(one).WithConcurrency(4));
        await world.StartAsync(bus => { bus.On(other); bus.On(world.Group("third")); });
        var events = Numbered.OfKeys(keys: 6, count: 300);
        await world.PublishAllAsync(events);
        foreach (var group in new[] { one, other, world.Group("third") })
        {
            await group.HandledAsync(events);
        }

        await world.StopMembersAsync();
        Assert.All([one, other, world.Group("third")], group => group.AssertEachOnceInOrder(events));
    }

    [Fact]
    public async Task G3_OneGroupFailsAndOneHangs_TheThirdGoesOn()
    {
        var world = await NewWorldAsync();
        var (failing, hanging, healthy) = (world.Group("failing"), world.Group("hanging"), world.Group("healthy"));
        var gate = new Gate();
        await world.StartAsync(bus =>
        {
            bus.On(failing, (_, _) => throw new InvalidOperationException("This group fails on purpose."));
            bus.On(hanging, async (_, token) => await gate.WaitAsync(token));
            bus.On(healthy);
        });
        var events = Numbered.OfKeys(keys: 3, count: 100);
        await world.PublishAllAsync(events);
        await healthy.HandledAsync(events);

        Assert.Empty(failing.Handled);
        Assert.Empty(hanging.Handled);
        gate.Open();
        await hanging.HandledAsync(events);
        await world.StopMembersAsync();
        healthy.AssertEachOnceInOrder(events);
        hanging.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G3_HandlerTypes_EachGroupTakesItsOwn()
    {
        var world = await NewWorldAsync();
        var (users, orders) = (world.Group("users"), world.Group("orders"));
        await world.StartAsync(bus =>
        {
            bus.Subscription(users.Name).Handle<UserRegistered>((_, _, _) => default).Handle<UserDeleted>((_, _, _) => default);
            bus.Subscription(orders.Name).Handle<OrderPlaced>((_, _, _) => default);
        });
        object[] events = [new UserRegistered(1), new OrderPlaced(2), new UserDeleted(3), new OrderPlaced(4), new UserRegistered(5)];
        await world.PublishAllAsync(events);
        await users.HandledAsync(3);
        await orders.HandledAsync(2);
        await world.StopMembersAsync();

        users.AssertEachOnce<object>([new UserRegistered(1), new UserDeleted(3), new UserRegistered(5)]);
        orders.AssertEachOnce<object>([new OrderPlaced(2), new OrderPlaced(4)]);
    }
}
