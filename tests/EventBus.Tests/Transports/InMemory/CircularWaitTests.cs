using EventBus.Consuming;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventBus.Tests.Transports.InMemory;

public sealed class CircularWaitTests
{
    [Fact]
    public async Task Append_HandlerPublishesToItsOwnFullTopic_IsLetInBeyondTheCapacity()
    {
        await using var rig = new Rig(options => options.Capacity = 1);
        await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0);

        Assert.Equal(new Offset(1), (await Rig.SoonAsync(AppendIn(rig, "g", "a", 1))).Offset);
    }

    [Fact]
    public async Task Append_HandlerPublishesABatchToItsOwnFullTopic_IsLetInWhole()
    {
        await using var rig = new Rig(options => options.Capacity = 2);
        var member = await rig.JoinAsync("g", "m", "a");
        await Rig.SoonAsync(AppendBatchInHandlerAsync());
        Assert.Equal(Enumerable.Range(0, 300), await member.ReceiveNumbersAsync(300));

        async Task AppendBatchInHandlerAsync()
        {
            CurrentDelivery.Enter().Delivery = DeliveryOf("g");
            await rig.AppendBatch("a", Enumerable.Range(0, 300).Select(i => Rig.Event(i)), out _);
        }
    }

    [Fact]
    public async Task Append_OutsiderWaitsForTheSameTopic_StaysBehind()
    {
        await using var rig = new Rig(options => options.Capacity = 1);
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0);
        var outsider = rig.Append("a", 1);

        await Rig.SoonAsync(AppendIn(rig, "g", "a", 2));

        Assert.False(outsider.IsCompleted);
        await member.HandleAsync(2);
        await Rig.SoonAsync(outsider);
    }

    [Fact]
    public async Task Append_HandlerPublishesToAnotherGroupsFullTopic_Waits()
    {
        await using var rig = new Rig(options => options.Capacity = 1);
        await rig.JoinAsync("g", "m", "a");
        var other = await rig.JoinAsync("h", "m", "b");
        await rig.AppendAsync("b", 0);

        var waiting = AppendIn(rig, "g", "b", 1);
        Assert.False(waiting.IsCompleted);
        await other.HandleAsync(1);

        await Rig.SoonAsync(waiting);
    }

    [Fact]
    public async Task Append_HandlersOfThreeGroupsWaitInACircle_TheOneThatClosesItIsLetIn()
    {
        await using var rig = new Rig(options => options.Capacity = 1);
        await rig.JoinAsync("g", "m", "a");
        await rig.JoinAsync("h", "m", "b");
        await rig.JoinAsync("i", "m", "c");
        await rig.AppendAsync("a", 0);
        await rig.AppendAsync("b", 0);
        await rig.AppendAsync("c", 0);

        var first = AppendIn(rig, "g", "b", 1);
        var second = AppendIn(rig, "h", "c", 1);
        var third = AppendIn(rig, "i", "a", 1);

        await Rig.SoonAsync(third);
        Assert.False(first.IsCompleted);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task Append_GroupJoinsAndClosesACircle_IsLetInThen()
    {
        await using var rig = new Rig(options => options.Capacity = 1);
        await rig.JoinAsync("g", "m", "a");
        await rig.JoinAsync("h", "m", "b");
        await rig.AppendAsync("b", 0);
        var waiting = AppendIn(rig, "g", "b", 1);
        Assert.False(waiting.IsCompleted);

        await rig.JoinAsync("g", "n", "b");

        await Rig.SoonAsync(waiting);
    }

    [Fact]
    public async Task Append_TheWaitThatWouldCloseTheCircleIsOver_Waits()
    {
        await using var rig = new Rig(options => options.Capacity = 1);
        await rig.JoinAsync("g", "m", "a");
        var other = await rig.JoinAsync("h", "m", "b");
        await rig.AppendAsync("a", 0);
        await rig.AppendAsync("b", 0);
        var over = AppendIn(rig, "g", "b", 1);
        await other.HandleAsync(1);
        await Rig.SoonAsync(over);

        Assert.False(AppendIn(rig, "h", "a", 1).IsCompleted);
    }

    // The delivery is the current one in this method only.
    private static async Task<Position> AppendIn(Rig rig, string group, string topic, int number)
    {
        CurrentDelivery.Enter().Delivery = DeliveryOf(group);
        return await rig.Append(topic, number);
    }

    // What the transport looks at is the name alone.
    private static Delivery DeliveryOf(string group) => new(new Subscription
    {
        Name = group,
        Options = new SubscriptionOptions(),
        Topics = [],
        StartFrom = SeekTarget.Earliest,
        Routes = null!,
        Pipeline = null!,
        Failures = null!,
        Services = null!,
        Time = TimeProvider.System,
        Log = NullLogger.Instance,
        Metrics = null!,
    });
}
