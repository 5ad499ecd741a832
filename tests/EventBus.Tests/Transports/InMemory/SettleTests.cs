namespace EventBus.Tests.Transports.InMemory;

public sealed class SettleTests
{
    [Fact]
    public async Task Settle_SomeThenLeave_NextMemberGetsTheUnsettledOnesOnly()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", [.. Enumerable.Range(0, 10)]);
        var received = await member.ReceiveAsync(10);

        member.Settle(received[0], received[1], received[4], received[7], received[9]);
        await member.LeaveAsync();
        await rig.AppendAsync("a", 10);

        var next = await rig.JoinAsync("g", "n", "a");
        Assert.Equal([2, 3, 5, 6, 8, 10], await next.ReceiveNumbersAsync(6));
        await next.ReceivesNothingAsync();
    }

    [Fact]
    public async Task Settle_AllAfterSkippingSettledOnes_LeavesNoLag()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", [.. Enumerable.Range(0, 1000)]);
        var received = await member.ReceiveAsync(1000);
        member.Settle([.. received.Where((_, i) => i % 3 == 1)]);
        await member.LeaveAsync();

        var next = await rig.JoinAsync("g", "n", "a");
        Assert.Equal(Enumerable.Range(0, 1000).Where(i => i % 3 != 1), Rig.Numbers(await next.HandleAsync(667)));

        Assert.Equal(0, (await rig.LagAsync("g")).Count);
        Assert.Equal(new Offset(1000), (await rig.LagAsync("g")).Next);
    }

    [Fact]
    public async Task Settle_AfterTheAssignmentEnded_IsIgnored()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 1);
        var received = await member.ReceiveAsync(1);
        await member.LeaveAsync();

        member.Settle(received[0]);

        Assert.Equal(1, (await rig.LagAsync("g")).Count);
        var next = await rig.JoinAsync("g", "n", "a");
        Assert.Equal([1], await next.ReceiveNumbersAsync(1));
    }

    [Fact]
    public async Task Settle_EventThatWasNotHandedOut_IsIgnored()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 1, 2);
        var received = await member.ReceiveAsync(1);

        member.Consumer.Settle(received[0].Assignment, new Offset(1));
        member.Settle(received[0]);

        Assert.Equal(new Offset(1), (await rig.LagAsync("g")).Next);
    }
}
