using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>Replay by a group: it is moved, running or not, and no other group notices.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class SeekTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    private const int Events = 20;
    private const int Middle = 12;

    [Theory]
    [InlineData("running", "earliest")]
    [InlineData("running", "position")]
    [InlineData("running", "time")]
    [InlineData("running", "latest")]
    [InlineData("stopped", "earliest")]
    [InlineData("stopped", "position")]
    [InlineData("stopped", "time")]
    [InlineData("stopped", "latest")]
    [InlineData("never run", "earliest")]
    [InlineData("never run", "position")]
    [InlineData("never run", "time")]
    [InlineData("never run", "latest")]
    public async Task G9_Seek_GoesOnFromThere(string state, string target)
    {
        Needs(Can.Seek, nameof(Can.Seek));
        Needs(Can.SeekToTime || target != "time", nameof(Can.SeekToTime));
        var world = await NewWorldAsync();
        var group = world.Group();
        var events = Numbered.OfOneKey(Events);
        var before = await world.PublishAllAsync(events[..Middle]);
        var time = await world.NextTimeAsync();
        var positions = before.Concat(await world.PublishAllAsync(events[Middle..])).ToArray();
        if (state != "never run")
        {
            var member = await world.StartAsync(bus => bus.On(group));
            await group.HandledAsync(events);
            await (state == "stopped" ? member.StopAsync() : Task.CompletedTask);
        }

        var seen = group.Handled.Count;
        await world.Log.SeekAsync(group.Name, world.NumberedTopic, target switch
        {
            "earliest" => SeekTarget.Earliest,
            "position" => SeekTarget.At(positions[Middle]),
            "time" => SeekTarget.At(time),
            _ => SeekTarget.Latest,
        });
        if (state != "running")
        {
            await world.StartAsync(bus => bus.On(group));
        }

        var first = target switch { "earliest" => 0, "latest" => Events, _ => Middle };
        await world.PublishAsync(new Numbered(Events, "key-0"));
        await group.HandledAsync(seen + Events - first + 1);
        await world.StopMembersAsync();
        Assert.Equal(Enumerable.Range(first, Events - first + 1), group.HandledNumbers.Skip(seen));
    }

    [Fact]
    public async Task G9_SeekBackWhileRunning_LosesNothingAndKeepsOrder()
    {
        Needs(Can.Seek, nameof(Can.Seek));
        var world = await NewWorldAsync();
        var group = world.Group();
        await world.StartAsync(bus => bus.On(group, (_, token) => Subscribing.WorkAsync(token)).WithConcurrency(8));
        var events = Numbered.OfKeys(keys: 8, count: 400);
        var positions = await world.PublishAllAsync(events[..200]);
        var publishing = world.PublishAllAsync(events[200..]);
        await group.HandledAsync(events[..150]);
        foreach (var back in new[] { 100, 50, 7 })
        {
            await world.Log.SeekAsync(group.Name, world.NumberedTopic, SeekTarget.At(positions[back]));
            await group.HandledAsync(group.Handled.Count + 10);
        }

        await publishing;
        await group.HandledAsync(events);
        await world.UntilAsync(
            () => group.CountOf(seen => seen.Event.Equals(events[7])) > 1, () => "the event sought to come again");
        await world.StopMembersAsync();
        group.AssertEachAtLeastOnce(events);
        group.AssertOrder(events);
    }

    [Fact]
    public async Task G9_SeekWhileAHandlerRuns_WaitsForItAndSkipsTheRest()
    {
        Needs(Can.Seek, nameof(Can.Seek));
        var world = await NewWorldAsync();
        var group = world.Group();
        var gate = new Gate();
        await world.StartAsync(bus => bus.On(group, async (@event, token) =>
        {
            await gate.WaitAsync(token);
            await Task.Delay(TimeSpan.FromMilliseconds(@event.Number is 0 or 1_000 ? 0 : 10), TimeProvider.System, token);
        }));
        await world.PublishBatchAsync(Numbered.OfOneKey(1_000));
        await group.StartedAsync(1);
        var seeking = world.Log.SeekAsync(group.Name, world.NumberedTopic, SeekTarget.Latest).AsTask();
        gate.Open();
        await seeking.WaitAsync(world.Deadline, TimeProvider.System);
        var handled = group.Handled.Count;
        Assert.Equal(0, group.Running);
        Assert.InRange(handled, 1, 999);

        await world.PublishAsync(new Numbered(1_000, "key-0"));
        await group.HandledAsync(handled + 1);
        Assert.Equal([.. Enumerable.Range(0, handled), 1_000], group.HandledNumbers);
    }

    [Fact]
    public async Task G9_SeekOfOneGroup_LeavesTheOthersAlone()
    {
        Needs(Can.Seek, nameof(Can.Seek));
        var world = await NewWorldAsync();
        var (moved, running, stopped) = (world.Group("moved"), world.Group("running"), world.Group("stopped"));
        await world.StartAsync(bus => { bus.On(moved); bus.On(running); });
        var stops = await world.StartAsync(bus => bus.On(stopped));
        var events = Numbered.OfKeys(keys: 4, count: 20);
        await world.PublishAllAsync(events);
        foreach (var group in new[] { moved, running, stopped })
        {
            await group.HandledAsync(events);
        }

        await stops.StopAsync();
        await world.Log.SeekAsync(moved.Name, world.NumberedTopic, SeekTarget.Earliest);
        await moved.HandledAsync(2 * events.Length);
        await world.StartAsync(bus => bus.On(stopped));
        Numbered[] all = [.. events, new(20, "key-0"), new(21, "key-1"), new(22, "key-2"), new(23, "key-3")];
        await world.PublishAllAsync(all[20..]);
        await running.HandledAsync(all);
        await stopped.HandledAsync(all);
        await world.StopMembersAsync();
        running.AssertEachOnceInOrder(all);
        stopped.AssertEachOnceInOrder(all);
    }

    [Fact]
    public async Task G9_SeekToAPosition_LeavesTheOtherPartitionsAlone()
    {
        Needs(Can.Seek, nameof(Can.Seek));
        var world = await NewWorldAsync(new WorldOptions { Partitions = 4 });
        Needs(world.Partitions > 1, "several partitions");
        var group = world.Group();
        await world.StartAsync(bus => bus.On(group).WithConcurrency(4));
        var events = Numbered.OfKeys(keys: 16, count: 160);
        var positions = await world.PublishAllAsync(events);
        await group.HandledAsync(events);

        var partition = positions[0].Partition;
        Numbered[] again = [.. events.Where(@event => positions[@event.Number].Partition == partition)];
        Numbered[] others = [.. events.Except(again)];
        Assert.NotEmpty(others);
        await world.Log.SeekAsync(group.Name, world.NumberedTopic, SeekTarget.At(positions[0]));
        await group.HandledAsync(events.Length + again.Length);
        await world.StopMembersAsync();
        Assert.Equal(
            again.Concat(events).GroupBy(@event => @event).Select(same => (same.Key.Number, same.Count())).Order(),
            group.HandledNumbers.GroupBy(number => number).Select(same => (same.Key, same.Count())).Order());
    }

    [Fact]
    public async Task G9_RetentionPassesAStoppedGroup_GoesOnWithTheOldestKept()
    {
        Needs(Can.RetentionByCount, nameof(Can.RetentionByCount));
        const int Kept = 10;
        var world = await NewWorldAsync(new WorldOptions { Partitions = 1, RetainedEvents = Kept, Capacity = 64 });
        var group = world.Group();
        var events = Numbered.OfOneKey(5_000);
        var member = await world.StartAsync(bus => bus.On(group));
        await world.PublishAllAsync(events[..5]);
        await group.HandledAsync(events[..5]);
        await member.StopAsync();

        await world.PublishBatchAsync(events[5..^1]);
        await UntilTrimmedAsync(world);
        await world.StartAsync(bus => bus.On(group));
        await world.PublishAsync(events[^1]);
        await group.HandledAsync(events[^1..]);
        await world.StopMembersAsync();

        var resumed = group.HandledNumbers.Skip(5).ToArray();
        Assert.InRange(resumed[0], 6, events.Length - 1 - Kept);
        Assert.Equal(Enumerable.Range(resumed[0], events.Length - resumed[0]), resumed);
    }

    [Fact]
    public async Task G9_SeekBehindTheOldestKept_StartsWithTheOldestKept()
    {
        Needs(Can.RetentionByCount && Can.Seek, $"{nameof(Can.RetentionByCount)} and {nameof(Can.Seek)}");
        var world = await NewWorldAsync(new WorldOptions { Partitions = 1, RetainedEvents = 10, Capacity = 64 });
        var events = Numbered.OfOneKey(5_000);
        var gone = await world.PublishAsync(events[0]);
        await world.PublishBatchAsync(events[1..]);
        await UntilTrimmedAsync(world);
        var group = world.Group();
        await world.Log.SeekAsync(group.Name, world.NumberedTopic, SeekTarget.At(gone));
        var kept = (await world.ReadAsync(world.NumberedTopic)).Select(entry => ((Numbered)entry.Envelope.Value!).Number).ToArray();
        await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(events[^1..]);
        await world.StopMembersAsync();

        Assert.True(kept[0] > 0);
        Assert.Equal(kept, group.HandledNumbers);
        Assert.Equal(kept.Length, (await world.ReadAsync(world.NumberedTopic, SeekTarget.At(gone))).Count);
    }

    // A transport may trim behind the publishers' backs, a little later, and keep a little more than it was told to.
    private static Task UntilTrimmedAsync(World world)
    {
        const int Most = 500;
        return world.EventuallyAsync(
            async () => (await world.ReadAsync(world.NumberedTopic)).Count < Most, () => "retention to trim the topic");
    }
}
