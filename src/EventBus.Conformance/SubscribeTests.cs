using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>Subscriptions that are added and removed while the bus runs.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class SubscribeTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    private static ValueTask Nothing(Numbered @event, EventContext context, CancellationToken token) => ValueTask.CompletedTask;

    [Fact]
    public async Task Subscribe_WhileTheBusRuns_GetsWhatIsPublishedAfterwards()
    {
        var world = await NewWorldAsync();
        var (first, added) = (world.Group("first"), world.Group("added"));
        var member = await world.StartAsync(bus => bus.On(first));
        var events = Numbered.OfKeys(keys: 4, count: 60);
        await world.PublishAllAsync(events[..20]);
        await member.Bus.SubscribeAsync(added.Name, subscription => subscription.Handle<Numbered>(Nothing).StartFrom(SeekTarget.Latest));
        await world.PublishAllAsync(events[20..]);
        await first.HandledAsync(events);
        await added.HandledAsync(events[20..]);
        await world.StopMembersAsync();

        first.AssertEachOnceInOrder(events);
        added.AssertEachOnce(events[20..]);
    }

    [Fact]
    public async Task Unsubscribe_WhileTheBusRuns_DrainsAndLeavesTheOthersAlone()
    {
        var world = await NewWorldAsync();
        var (stays, goes) = (world.Group("stays"), world.Group("goes"));
        var gate = new Gate();
        var member = await world.StartAsync(bus =>
        {
            bus.On(stays);
            bus.On(goes, async (@event, token) =>
            {
                if (@event.Number == 10)
                {
                    await gate.WaitAsync(token);
                }
            });
        });
        var events = Numbered.OfOneKey(60);
        await world.PublishAllAsync(events[..40]);
        await goes.StartedAsync(11);
        var leaving = member.Bus.UnsubscribeAsync(goes.Name);
        Assert.False(leaving.IsCompleted, "Unsubscribing did not wait for the handler.");
        gate.Open();
        Assert.True(await leaving.WaitAsync(world.Deadline, TimeProvider.System));
        Assert.False(await member.Bus.UnsubscribeAsync(goes.Name));
        var handled = goes.Handled.Count;
        Assert.InRange(handled, 11, 39);

        await world.PublishAllAsync(events[40..]);
        await stays.HandledAsync(events);
        Assert.Equal(handled, goes.Started.Count);

        await member.Bus.SubscribeAsync(goes.Name, subscription => subscription.Handle<Numbered>(Nothing));
        await goes.HandledAsync(events);
        await world.StopMembersAsync();
        stays.AssertEachOnceInOrder(events);
        goes.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task Subscribe_BeforeTheBusIsStarted_IsOpenedWithIt()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var member = world.Create();
        await member.Bus.SubscribeAsync(group.Name, subscription => subscription.Handle<Numbered>(Nothing));
        await member.StartAsync();
        var events = Numbered.OfOneKey(5);
        await world.PublishAllAsync(events);
        await group.HandledAsync(events);
    }

    [Fact]
    public async Task Subscribe_AMemberMore_SharesTheGroup()
    {
        var world = await NewWorldAsync(new WorldOptions { Partitions = 4 });
        var group = world.Group();
        var first = await world.StartAsync(bus => bus.On(group));
        var events = Numbered.OfKeys(keys: 16, count: 200);
        await world.PublishAllAsync(events[..100]);
        var second = world.Create();
        await second.StartAsync();
        await second.Bus.SubscribeAsync(group.Name, subscription => subscription.Handle<Numbered>(Nothing));
        await group.HandledAsync(events[..100]);
        await first.StopAsync();
        await world.PublishAllAsync(events[100..]);
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        group.AssertEachOnceInOrder(events);
        Assert.Contains(group.Handled, seen => seen.Member == second);
    }
}
