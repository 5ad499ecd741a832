using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>Topics: by name and by pattern, those that appear later included.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class TopicTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    [Theory]
    [InlineData("user.*", "1, 2")]
    [InlineData("user.>", "1, 2, 3")]
    [InlineData("*.placed", "4")]
    [InlineData("user.*.changed", "3")]
    [InlineData("order.placed", "4")]
    [InlineData(">", "1, 2, 3, 4")]
    public async Task Pattern_OfTopics_TakesThoseThatMatch(string pattern, string expected)
    {
        Needs(Can.Wildcards || !pattern.AsSpan().ContainsAny('*', '>'), nameof(Can.Wildcards));
        var numbers = expected.Split(", ").Length;
        var world = await NewWorldAsync();
        var (before, after) = (world.Group("before"), world.Group("after"));
        await world.StartAsync(bus => bus.OnTopics(before, world.Topic(pattern)));
        await PublishAllAsync(world);
        await world.StartAsync(bus => bus.OnTopics(after, world.Topic(pattern)));
        await before.HandledAsync(numbers);
        await after.HandledAsync(numbers);
        await world.StopMembersAsync();

        Assert.Equal(expected, string.Join(", ", before.HandledNumbers.Order()));
        Assert.Equal(expected, string.Join(", ", after.HandledNumbers.Order()));
    }

    [Fact]
    public async Task Pattern_TopicAppearsLater_IsTakenFromItsFirstEvent()
    {
        Needs(Can.Wildcards, nameof(Can.Wildcards));
        var world = await NewWorldAsync();
        var group = world.Group();
        await world.PublishAsync(new UserRegistered(0));
        await world.StartAsync(bus => bus.OnTopics(group, world.Topic("user.>")).StartFrom(SeekTarget.Latest));
        await world.PublishAsync(new UserRegistered(1));
        await group.HandledAsync(1);
        await world.PublishAllAsync<UserDeleted>([new(2), new(3)]);
        await world.PublishAsync(new AddressChanged(4));
        await group.HandledAsync(4);
        await world.StopMembersAsync();

        Assert.Equal([1, 2, 3, 4], group.HandledNumbers.Order());
    }

    [Fact]
    public async Task Pattern_TopicAppearsWhileTheGroupIsStopped_IsTakenFromItsFirstEvent()
    {
        Needs(Can.Wildcards, nameof(Can.Wildcards));
        var world = await NewWorldAsync();
        var group = world.Group();
        Action<EventBusBuilder> subscribe = bus => bus.OnTopics(group, world.Topic("user.*"));
        var member = await world.StartAsync(subscribe);
        await world.PublishAsync(new UserRegistered(1));
        await group.HandledAsync(1);
        await member.StopAsync();
        await world.PublishAllAsync<UserDeleted>([new(2), new(3)]);
        await world.StartAsync(subscribe);
        await group.HandledAsync(3);
        await world.StopMembersAsync();

        Assert.Equal([1, 2, 3], group.HandledNumbers.Order());
    }

    [Fact]
    public async Task Pattern_SeveralMatchOneTopic_EachEventIsHandledOnce()
    {
        Needs(Can.Wildcards, nameof(Can.Wildcards));
        var world = await NewWorldAsync();
        var group = world.Group();
        await world.StartAsync(bus => bus.OnTopics(
            group, world.Topic("user.*"), world.Topic("*.registered"), world.Topic("user.registered"), world.Topic("order.placed")));
        await PublishAllAsync(world);
        await group.HandledAsync(3);
        await world.StopMembersAsync();

        Assert.Equal([1, 2, 4], group.HandledNumbers.Order());
    }

    [Fact]
    public async Task Pattern_EventsWithoutAHandler_HoldNothingBack()
    {
        Needs(Can.Wildcards && Can.Lag, $"{nameof(Can.Wildcards)} and {nameof(Can.Lag)}");
        var world = await NewWorldAsync();
        var group = world.Group();
        await world.StartAsync(bus => bus.Subscription(group.Name).Topics(world.Topic("user.*")).Handle<UserDeleted>((_, _, _) => default));
        await world.PublishAllAsync<UserRegistered>([new(0), new(1), new(2)]);
        await world.PublishAsync(new UserDeleted(3));
        await group.HandledAsync([new UserDeleted(3)]);
        await world.EventuallyAsync(
            async () => (await world.Log.GetLagAsync(group.Name)).All(lag => lag.Count == 0),
            () => "the events without a handler to be settled");
    }

    private static async Task PublishAllAsync(World world)
    {
        await world.PublishAsync(new UserRegistered(1));
        await world.PublishAsync(new UserDeleted(2));
        await world.PublishAsync(new AddressChanged(3));
        await world.PublishAsync(new OrderPlaced(4));
    }
}
