using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>Publishing: what completes is stored, in order, and the position tells where.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class PublishTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    [Fact]
    public async Task G1_TopicNobodySubscribedTo_IsHandledFromTheEarliestLater()
    {
        var world = await NewWorldAsync();
        var events = Numbered.OfKeys(keys: 5, count: 200);
        await world.PublishAllAsync(events);

        var group = world.Group();
        await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G1_PublishedWhileTheGroupIsStopped_IsHandledAfterTheRestart()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var events = Numbered.OfKeys(keys: 5, count: 150);
        var member = await world.StartAsync(bus => bus.On(group));
        await world.PublishAllAsync(events[..50]);
        await group.HandledAsync(events[..50]);
        await member.StopAsync();

        await world.PublishAllAsync(events[50..100]);
        await world.StartAsync(bus => bus.On(group));
        await world.PublishAllAsync(events[100..]);
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G1_PublishedBeforeTheBusIsStarted_IsHandled()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var member = world.Create(bus => bus.On(group));
        var events = Numbered.OfOneKey(10);
        await world.PublishBatchAsync(events, member);

        await member.StartAsync();
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G1_GroupThatStartsFromTheLatest_GetsEverythingFromThenOn()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var events = Numbered.OfKeys(keys: 5, count: 40);
        await world.PublishAllAsync(events[..20]);

        await world.StartAsync(bus => bus.On(group).StartFrom(SeekTarget.Latest));
        await world.PublishAllAsync(events[20..]);
        await group.HandledAsync(events[20..]);
        await world.StopMembersAsync();

        group.AssertEachOnce(events[20..]);
    }

    [Fact]
    public async Task Positions_OfPublishing_EqualThoseHandledAndRead()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        await world.StartAsync(bus => bus.On(group));
        var events = Numbered.OfKeys(keys: 7, count: 50);
        var published = await world.PublishAllAsync(events);

        await group.HandledAsync(events);
        var handled = group.Handled.ToDictionary(seen => seen.Number, seen => seen.Position);
        var read = (await world.ReadAsync(world.NumberedTopic)).ToDictionary(entry => ((Numbered)entry.Envelope.Value!).Number, entry => entry.Position);
        foreach (var @event in events)
        {
            var position = published[@event.Number];
            Assert.Equal(position, handled[@event.Number]);
            Assert.Equal(position, read[@event.Number]);
            Assert.Equal(position, Position.Parse(position.ToString()));
            Assert.Equal(world.NumberedTopic, position.Topic);
            Assert.InRange(position.Partition, 0, world.Partitions - 1);
        }
    }

    [Fact]
    public async Task Positions_OfOneKey_StandInOnePartitionInOrder()
    {
        var world = await NewWorldAsync();
        var events = Numbered.OfOneKey(60);
        var positions = new List<Position>();
        positions.AddRange(await world.PublishAllAsync(events[..20]));
        positions.AddRange(await world.PublishBatchAsync(events[20..40], world.Create()));
        positions.AddRange(await world.PublishAllAsync(events[40..]));

        Assert.Single(positions.Select(position => position.Partition).Distinct());
        Assert.All(positions.Zip(positions.Skip(1)), pair => Assert.True(pair.First.Offset < pair.Second.Offset));
        Assert.Equal(events, (await world.ReadAsync(world.NumberedTopic)).Select(entry => (Numbered)entry.Envelope.Value!));
    }

    [Fact]
    public async Task Batch_OfSeveralTopics_IsStoredInOrder()
    {
        var world = await NewWorldAsync();
        var options = new PublishOptions { Key = "one" };
        object[] events = [.. Enumerable.Range(0, 90).Select(number => (object)((number % 3) switch
        {
            0 => new UserRegistered(number),
            1 => new Numbered(number, "one"),
            _ => new OrderPlaced(number),
        }))];
        var positions = await world.Outside.Publisher.PublishBatchAsync<object>(events.AsMemory(), _ => options);

        foreach (var (topic, remainder) in new[] { ("user.registered", 0), ("numbered", 1), ("order.placed", 2) })
        {
            var mine = Enumerable.Range(0, events.Length).Where(number => number % 3 == remainder).ToArray();
            var entries = await world.ReadAsync(world.Topic(topic));
            Assert.Equal(mine, entries.Select(entry => ((INumbered)entry.Envelope.Value!).Number));
            Assert.Equal(mine.Select(number => positions[number]), entries.Select(entry => entry.Position));
        }
    }

    [Fact]
    public async Task Batch_WithoutEvents_StoresNothing()
    {
        var world = await NewWorldAsync();
        Assert.Empty(await world.PublishBatchAsync(Array.Empty<Numbered>()));
        Assert.Empty(await world.ReadAsync(world.NumberedTopic));
    }
}
