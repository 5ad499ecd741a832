using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>Settling: what a group has settled never covers an unfinished event.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class SettlementTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    private const int Events = 30;

    [Fact]
    public async Task G4_FirstEventHeldThenCrash_ResumesWithTheFirstUnfinished()
    {
        Needs(Can.Kill, nameof(Can.Kill));
        var world = await NewWorldAsync();
        var group = world.Group();
        var never = new Gate();
        var doomed = await world.StartAsync(bus => bus.On(group, async (@event, token) =>
        {
            if (@event.Number == 0)
            {
                await never.WaitAsync(token);
            }
        }).WithConcurrency(8));
        var events = Numbered.OfKeys(keys: Events, count: Events);
        await world.PublishAllAsync(events);
        await group.HandledAsync(events[1..]);

        await doomed.KillAsync();
        var heir = await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        var resumed = group.Started.Where(seen => seen.Member == heir).ToArray();
        var held = resumed.Single(seen => seen.Number == 0);
        Assert.Equal(held, resumed.First(seen => seen.Position.Partition == held.Position.Partition));
        group.AssertEachAtLeastOnce(events);
    }

    [Fact]
    public async Task G4_EventInRetryThenCrash_IsNotSkipped()
    {
        Needs(Can.Kill, nameof(Can.Kill));
        var world = await NewWorldAsync();
        var group = world.Group();
        var doomed = await world.StartAsync(bus => bus.On(group, (@event, _) => @event.Number == 3
            ? throw new InvalidOperationException("It fails on purpose.")
            : ValueTask.CompletedTask).WithConcurrency(8));
        var events = Numbered.OfKeys(keys: Events, count: Events);
        await world.PublishAllAsync(events);
        await group.HandledAsync([.. events.Where(@event => @event.Number != 3)]);
        await world.UntilAsync(() => group.Failed.Count > 0, () => "the attempt to fail");

        await doomed.KillAsync();
        await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(events);
        group.AssertEachAtLeastOnce(events);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task G4_CrashInTheMiddle_NothingIsSkipped(int concurrency)
    {
        Needs(Can.Kill, nameof(Can.Kill));
        var world = await NewWorldAsync();
        var group = world.Group();
        var events = Numbered.OfKeys(keys: 10, count: 400);
        await world.PublishAllAsync(events);
        var never = new Gate();
        for (var crash = 1; crash <= 4; crash++)
        {
            // Held in the middle, so that the crash does not come when all is done, however late it comes.
            var until = group.Handled.Count + 40;
            var doomed = await world.StartAsync(bus => bus.On(group, async (_, token) =>
            {
                await Subscribing.WorkAsync(token);
                await (group.CountOf(_ => true) < until ? Task.CompletedTask : never.WaitAsync(token));
            }).WithConcurrency(concurrency));
            await group.HandledAsync(until);
            await doomed.KillAsync();
        }

        await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachAtLeastOnce(events);
        if (Can.KeyOrderAcrossMembers)
        {
            group.AssertOrder(events);
        }
    }

    [Fact]
    public async Task G4_MemberTakenForDead_ItsLateSettlementDoesNotCount()
    {
        Needs(Can.Kill, nameof(Can.Kill));
        var world = await NewWorldAsync();
        var group = world.Group();
        var (late, never) = (new Gate(), new Gate());
        var slow = await world.StartAsync(bus => bus.On(group, async (_, _) => await late.WaitRegardlessAsync()));
        var @event = new Numbered(0, "key");
        await world.PublishAsync(@event);
        await group.StartedAsync(1);

        // The broker gives the event to another member, and only then the first one finishes it.
        await world.KillAsync(slow);
        var second = await world.StartAsync(bus => bus.On(group, async (_, token) => await never.WaitAsync(token)));
        await group.StartedAsync(2);
        late.Open();
        await slow.StopAsync();
        await second.KillAsync();

        var heir = await world.StartAsync(bus => bus.On(group));
        await world.UntilAsync(
            () => group.Handled.Any(seen => seen.Member == heir), () => "the event to come to a third member: no live one has finished it");
    }

    [Fact]
    public async Task G4_OneEventHeld_TheGroupsPositionStaysAtIt()
    {
        Needs(Can.Lag, nameof(Can.Lag));
        var world = await NewWorldAsync();
        var group = world.Group();
        var gate = new Gate();
        await world.StartAsync(bus => bus.On(group, async (@event, token) =>
        {
            if (@event.Number == 5)
            {
                await gate.WaitAsync(token);
            }
        }).WithConcurrency(8));
        var events = Numbered.OfKeys(keys: Events, count: Events);
        var positions = await world.PublishAllAsync(events);
        await group.HandledAsync([.. events.Where(@event => @event.Number != 5)]);

        // The others settle in the background: their partitions come to rest first.
        await world.EventuallyAsync(
            async () => (await world.Log.GetLagAsync(group.Name)).Where(lag => lag.Partition != positions[5].Partition).All(lag => lag.Count == 0),
            () => "the other partitions to be settled");
        var held = (await world.Log.GetLagAsync(group.Name)).Single(lag => lag.Partition == positions[5].Partition);
        Assert.True(held.Next <= positions[5].Offset, $"The group stands at {held.Next}, behind the unfinished {positions[5]}.");
        Assert.True(held.Count >= 1);
        Assert.NotNull(held.OldestTime);

        gate.Open();
        await world.EventuallyAsync(
            async () => (await world.Log.GetLagAsync(group.Name)).All(lag => lag is { Count: 0, OldestTime: null }),
            () => "everything to be settled");
    }

    [Fact]
    public async Task G4_CleanStop_RepeatsNothing()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var events = Numbered.OfKeys(keys: 8, count: 200);
        var member = await world.StartAsync(bus => bus.On(group, (_, token) => Subscribing.WorkAsync(token)).WithConcurrency(8));
        await world.PublishAllAsync(events[..150]);
        await group.HandledAsync(40);
        await member.StopAsync();

        await world.StartAsync(bus => bus.On(group));
        await world.PublishAllAsync(events[150..]);
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }
}
