using EventBus.Transports;

namespace EventBus.Tests.Transports.InMemory;

public sealed class EvictionTests
{
    [Fact]
    public async Task Evict_MemberHoldsEvents_TheyComeToAnotherAtOnceWithANewEpoch()
    {
        await using var rig = new Rig();
        var dead = await rig.JoinAsync("g", "dead", "a");
        var alive = await rig.JoinAsync("g", "alive", "a");
        await rig.AppendAsync("a", 1, 2, 3);
        var held = await dead.ReceiveAsync(3);
        dead.Settle(held[1]);

        Assert.True(rig.Broker.Evict("g", "dead"));

        var again = await alive.ReceiveAsync(2);
        Assert.Equal([1, 3], Rig.Numbers(again));
        Assert.True(again[0].Assignment.Epoch > held[0].Assignment.Epoch);
        Assert.Equal(["alive"], rig.Broker.Members("g"));
    }

    [Fact]
    public async Task Evict_LateSettlement_IsIgnored()
    {
        await using var rig = new Rig();
        var dead = await rig.JoinAsync("g", "dead", "a");
        await rig.AppendAsync("a", 1);
        var held = await dead.ReceiveAsync(1);
        rig.Broker.Evict("g", "dead");

        dead.Settle(held[0]);
        dead.Release(held[0]);

        Assert.Equal(1, (await rig.LagAsync("g")).Count);
    }

    [Fact]
    public async Task Evict_ReceiveIsUnderWay_NeverHandsOutAgain()
    {
        await using var rig = new Rig();
        var dead = await rig.JoinAsync("g", "dead", "a");
        using var stop = new CancellationTokenSource();
        var receiving = dead.Consumer.ReceiveAsync(new ReceivedEvent[1], stop.Token).AsTask();

        rig.Broker.Evict("g", "dead");
        await rig.AppendAsync("a", 1);

        var alive = await rig.JoinAsync("g", "alive", "a");
        Assert.Equal([1], await alive.ReceiveNumbersAsync(1));
        Assert.False(receiving.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Rig.SoonAsync(receiving));
        await dead.ReceivesNothingAsync();
    }

    [Fact]
    public async Task Evict_HeldEvents_TellTheirRunnerByRevoking()
    {
        await using var rig = new Rig();
        var dead = await rig.JoinAsync("g", "dead", "a");
        await rig.AppendAsync("a", 1);
        var held = await dead.ReceiveAsync(1);

        rig.Broker.Evict("g", "dead");

        Assert.True(held[0].Assignment.Revoking.IsCancellationRequested);
    }

    [Fact]
    public async Task Evict_DisposedAfterwards_LeavesTheOthersAlone()
    {
        await using var rig = new Rig();
        var dead = await rig.JoinAsync("g", "dead", "a");
        rig.Broker.Evict("g", "dead");
        var alive = await rig.JoinAsync("g", "dead", "a");

        await dead.LeaveAsync();

        Assert.Equal(["dead"], rig.Broker.Members("g"));
        await rig.AppendAsync("a", 1);
        Assert.Equal([1], await alive.ReceiveNumbersAsync(1));
    }

    [Fact]
    public async Task Evict_LastMember_FreesWaitingPublishers()
    {
        await using var rig = new Rig(options => options.Capacity = 1);
        await rig.JoinAsync("g", "dead", "a");
        await rig.AppendAsync("a", 1);
        var waiting = rig.Append("a", 2);

        rig.Broker.Evict("g", "dead");

        await Rig.SoonAsync(waiting);
    }

    [Fact]
    public async Task Evict_Unknown_IsFalse()
    {
        await using var rig = new Rig();
        await rig.JoinAsync("g", "m", "a");

        Assert.False(rig.Broker.Evict("g", "nobody"));
        Assert.False(rig.Broker.Evict("nobody", "m"));
    }
}
