using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>Cancellation is not success: only the subscription's own stop token releases an event, and then it comes again.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class CancellationTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    [Theory]
    [InlineData("a token of its own", 1)]
    [InlineData("a token of its own", 4)]
    [InlineData("no token", 1)]
    [InlineData("no token", 4)]
    [InlineData("a linked token", 1)]
    [InlineData("a linked token", 4)]
    [InlineData("a cancelled task", 1)]
    [InlineData("a cancelled task", 4)]
    public async Task G11_ForeignCancellationInTheMiddleOfAHandler_IsAFailure(string kind, int concurrency)
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var events = Numbered.OfKeys(keys: 2, count: 10);
        await world.StartAsync(bus => bus.On(group, async (@event, context, token) =>
        {
            if (@event.Number == 2 && context.Attempt == 1)
            {
                await CancelAsync(kind, token);
            }
        }).WithConcurrency(concurrency));
        await world.PublishAllAsync(events);
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        var (seen, error) = Assert.Single(group.Failed);
        Assert.IsAssignableFrom<OperationCanceledException>(error);
        Assert.Equal(2, seen.Number);
        Assert.Equal(2, group.Handled.Single(handled => handled.Number == 2).Attempt);
        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G11_OwnStopTokenInTheMiddleOfAHandler_ReleasesTheEventUnsettled()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var never = new Gate();
        var member = await world.StartAsync(bus => bus.On(group, async (@event, token) =>
        {
            if (@event.Number >= 5)
            {
                await never.WaitAsync(token);
            }
        }));
        var events = Numbered.OfOneKey(10);
        await world.PublishAllAsync(events);
        await group.StartedAsync(6);
        await member.HurryAsync();
        Assert.Equal([0, 1, 2, 3, 4], group.HandledNumbers);
        Assert.Equal(6, group.Started.Count);

        await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G11_ForeignCancellationWhileStopping_LeavesTheEventUnsettled()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var gate = new Gate();
        var member = await world.StartAsync(bus => bus.On(group, async (_, token) =>
        {
            await gate.WaitAsync(token);
            await CancelAsync("a token of its own", token);
        }));
        Numbered[] events = [new(0, "key"), new(1, "key")];
        await world.PublishAllAsync(events);
        await group.StartedAsync(1);
        var stopping = member.StopAsync();
        gate.Open();
        await stopping;
        Assert.Empty(group.Handled);

        await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G11_HandlerFinishesThoughItsTokenFired_IsSettled()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var member = await world.StartAsync(bus => bus.On(group, async (_, token) =>
        {
            var fired = new Gate();
            await using var registration = token.Register(fired.Open);
            await fired.WaitRegardlessAsync();
        }));
        Numbered[] events = [new(0, "key"), new(1, "key")];
        await world.PublishAsync(events[0]);
        await group.StartedAsync(1);
        await member.HurryAsync();

        await world.StartAsync(bus => bus.On(group));
        await world.PublishAsync(events[1]);
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }

    private static async Task CancelAsync(string kind, CancellationToken stop)
    {
        using var own = new CancellationTokenSource();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stop, own.Token);
        await own.CancelAsync();
        await (kind switch
        {
            "a token of its own" => throw new OperationCanceledException(own.Token),
            "a linked token" => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, linked.Token),
            "a cancelled task" => throw new TaskCanceledException("The request was cancelled.", new TimeoutException()),
            _ => throw new OperationCanceledException(),
        });
    }
}
