namespace EventBus.Tests.Transports.InMemory;

public sealed class LagTests
{
    [Fact]
    public async Task Lag_SomeSettled_CountsTheOthersAndDatesTheOldest()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        var second = rig.Time.Now;
        await rig.AppendAsync("a", 1);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.AppendAsync("a", 2, 3);
        var received = await member.ReceiveAsync(4);

        member.Settle(received[0], received[2]);

        Assert.Equal(new PartitionLag("a", 0, new Offset(1), 2, second), await rig.LagAsync("g"));
    }

    [Fact]
    public async Task Lag_AllSettled_IsZeroWithoutATime()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0, 1);
        await member.HandleAsync(2);

        Assert.Equal(new PartitionLag("a", 0, new Offset(2), 0, null), await rig.LagAsync("g"));
    }

    [Fact]
    public async Task Lag_SeveralTopicsAndPartitions_AreToldEach()
    {
        await using var rig = new Rig(options => options.TopicPartitions["b"] = 2);
        await rig.JoinAsync("g", "m", "a", "b");
        await rig.AppendAsync("b", 0, 1, 2);

        var lags = await rig.LagsAsync("g");

        Assert.Equal([("a", 0, 0L), ("b", 0, 2L), ("b", 1, 1L)], lags.Select(lag => (lag.Topic, lag.Partition, lag.Count)).Order());
    }

    [Fact]
    public async Task Lag_UnknownGroup_IsEmpty()
    {
        await using var rig = new Rig();
        await rig.AppendAsync("a", 0);

        Assert.Empty(await rig.LagsAsync("nobody"));
    }
}
