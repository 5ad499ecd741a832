using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>Stopping: running handlers end, what they finished is settled, what was read ahead is released.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class StopTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    // What handlers do after the stop has begun: a stop that does not wait for them is over by then.
    private static readonly TimeSpan MoreWork = TimeSpan.FromMilliseconds(20);
    private static readonly Action<EventBusOptions> ShortDrain = options => options.DrainTimeout = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task G7_HandlerRunningAtStop_CanPublishAndIsSettled(int concurrency)
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var gate = new Gate();
        var member = await world.StartAsync(bus => bus.On(group, async (@event, context, token) =>
        {
            await gate.WaitAsync(token);
            await Task.Delay(MoreWork, TimeProvider.System, token);
            await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(new OrderPlaced(@event.Number), token);
        }).WithConcurrency(concurrency));
        Numbered[] events = [new(0, "key"), new(1, "key")];
        await world.PublishAsync(events[0]);
        await group.StartedAsync(1);

        var stopping = member.StopAsync();
        Assert.False(stopping.IsCompleted, "Stopping did not wait for the handler.");
        gate.Open();
        await stopping;

        Assert.Equal([0], group.HandledNumbers);
        Assert.Single(await world.ReadAsync(world.Topic("order.placed")));
        await world.StartAsync(bus => bus.On(group));
        await world.PublishAsync(events[1]);
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G7_HandlersRunningAtStop_AllEndAndAreSettled()
    {
        const int Running = 8;
        var world = await NewWorldAsync();
        var group = world.Group();
        var gate = new Gate();
        var member = await world.StartAsync(bus => bus.On(group, async (_, token) =>
        {
            await gate.WaitAsync(token);
            await Task.Delay(MoreWork, TimeProvider.System, token);
        }).WithConcurrency(Running));
        var events = Numbered.OfKeys(keys: 40, count: 200);
        await world.PublishBatchAsync(events);
        await group.StartedAsync(Running);

        var stopping = member.StopAsync();
        gate.Open();
        await stopping;
        Assert.Equal(0, group.Running);
        var handled = group.Handled.Count;
        Assert.InRange(handled, Running, events.Length - 1);
        Assert.Equal(handled, group.Started.Count);

        await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G7_ReadAheadAtStop_ComesToTheNextInOrder()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var gate = new Gate();
        var member = await world.StartAsync(bus => bus.On(group, async (_, token) => await gate.WaitAsync(token)));
        var events = Numbered.OfOneKey(300);
        await world.PublishBatchAsync(events);
        await group.StartedAsync(1);

        var stopping = member.StopAsync();
        gate.Open();
        await stopping;
        Assert.InRange(group.Handled.Count, 1, events.Length - 1);
        await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G7_EventInRetryAtStop_ComesToTheNextInOrder()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var events = Numbered.OfKeys(keys: 2, count: 20);
        var member = await world.StartAsync(bus => bus.On(group, (@event, _) => @event.Number == 4
            ? throw new InvalidOperationException("It fails on purpose.")
            : ValueTask.CompletedTask).WithConcurrency(4));
        await world.PublishAllAsync(events);
        await world.UntilAsync(() => group.Failed.Count > 0, () => "an attempt to fail");
        await member.StopAsync();

        await world.StartAsync(bus => bus.On(group).WithConcurrency(4));
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G7_HandlerTakesLongerThanTheStopTimeout_StoppingEndsAndTheEventComesAgain()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var gate = new Gate();
        var member = await world.StartAsync(bus => bus.Configure(ShortDrain).On(group, async (_, _) => await gate.WaitRegardlessAsync()));
        Numbered[] events = [new(0, "key"), new(1, "key")];
        await world.PublishAllAsync(events);
        await group.StartedAsync(1);
        await member.StopAsync();
        Assert.Empty(group.Handled);

        var heir = await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(events);

        // What the abandoned handler finishes now is not its business any more: the next start repeats and skips nothing.
        gate.Open();
        await world.UntilAsync(() => group.Running == 0, () => "the abandoned handler to end");
        await heir.StopAsync();
        var inherited = group.Handled.Where(seen => seen.Member == heir).Select(seen => seen.Number);
        Assert.Equal([0, 1], Can.KeyOrder ? inherited : inherited.Order());
        var last = await world.StartAsync(bus => bus.On(group));
        await world.PublishAsync(new Numbered(2, "key"));
        await group.HandledAsync([new Numbered(2, "key")]);
        Assert.Equal([2], group.Handled.Where(seen => seen.Member == last).Select(seen => seen.Number));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task G7_TimeForStoppingIsOver_TheHandlersTokenFiresAndTheEventComesAgain(bool byTimeout)
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var never = new Gate();
        var member = await world.StartAsync(bus => bus.Configure(options =>
        {
            options.DrainTimeout = byTimeout ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromMinutes(10);
        }).On(group, async (_, token) => await never.WaitAsync(token)));
        Numbered[] events = [new(0, "key"), new(1, "key")];
        await world.PublishAllAsync(events);
        await group.StartedAsync(1);

        await (byTimeout ? member.StopAsync() : member.HurryAsync());
        var (seen, error) = Assert.Single(group.Failed);
        Assert.IsAssignableFrom<OperationCanceledException>(error);
        Assert.Equal(0, seen.Number);

        await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G7_Dispose_StopsFirst()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var member = await world.StartAsync(bus => bus.On(group, (_, token) => Subscribing.WorkAsync(token)).WithConcurrency(4));
        var events = Numbered.OfKeys(keys: 8, count: 200);
        await world.PublishAllAsync(events);
        await group.HandledAsync(20);
        await member.DisposeAsync();
        Assert.Equal(0, group.Running);

        await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }
}
