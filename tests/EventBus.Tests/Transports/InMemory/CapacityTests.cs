using EventBus.Transports;

namespace EventBus.Tests.Transports.InMemory;

public sealed class CapacityTests
{
    [Fact]
    public async Task Append_LogIsFull_WaitsUntilTheGroupSettles()
    {
        await using var rig = new Rig(options => options.Capacity = 4);
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0, 1, 2, 3);

        var waiting = rig.Append("a", 4);
        Assert.False(waiting.IsCompleted);
        member.Settle([.. await member.ReceiveAsync(1)]);

        Assert.Equal(new Offset(4), (await Rig.SoonAsync(waiting)).Offset);
        Assert.Equal([1, 2, 3, 4], await member.ReceiveNumbersAsync(4));
    }

    [Fact]
    public async Task Append_OnlyALaterEventIsSettled_GoesOnWaiting()
    {
        await using var rig = new Rig(options => options.Capacity = 2);
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0, 1);
        var received = await member.ReceiveAsync(2);
        var waiting = rig.Append("a", 2);

        member.Settle(received[1]);
        Assert.False(waiting.IsCompleted);
        member.Settle(received[0]);

        await Rig.SoonAsync(waiting);
    }

    [Fact]
    public async Task Append_LittleRoomInALargeLog_IsLetInWithoutFurtherProgress()
    {
        await using var rig = new Rig(options => options.Capacity = 1000);
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", [.. Enumerable.Range(0, 1000)]);
        var waiting = rig.Append("a", 1000);

        member.Settle([.. await member.ReceiveAsync(1)]);

        await Rig.SoonAsync(waiting);
    }

    [Fact]
    public async Task Append_SeveralWait_AreLetInInTheirOrder()
    {
        await using var rig = new Rig(options => options.Capacity = 1);
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0);
        var waiting = Enumerable.Range(1, 20).Select(i => rig.Append("a", i)).ToArray();

        var handled = await member.HandleAsync(1);
        for (var i = 0; i < waiting.Length; i++)
        {
            Assert.Equal(new Offset((ulong)i + 1), (await Rig.SoonAsync(waiting[i])).Offset);
            Assert.All(waiting[(i + 1)..], task => Assert.False(task.IsCompleted));
            handled.AddRange(await member.HandleAsync(1));
        }

        Assert.Equal(Enumerable.Range(0, 21), Rig.Numbers(handled));
    }

    [Fact]
    public async Task Append_BatchLargerThanTheCapacity_GoesInPieceByPieceInOrder()
    {
        await using var rig = new Rig(options => options.Capacity = 8);
        var member = await rig.JoinAsync("g", "m", "a");

        var batch = rig.AppendBatch("a", Enumerable.Range(0, 500).Select(i => Rig.Event(i)), out var positions);
        Assert.False(batch.IsCompleted);
        var handled = new List<ReceivedEvent>();
        for (var i = 0; i < 500; i++)
        {
            handled.AddRange(await member.HandleAsync(1));
        }

        await Rig.SoonAsync(batch);
        Assert.Equal(Enumerable.Range(0, 500), Rig.Numbers(handled));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => new Offset((ulong)i)), positions.Select(position => position.Offset));
    }

    [Fact]
    public async Task Append_BatchOverSeveralFullPartitions_ArrivesWholeAndInOrder()
    {
        await using var rig = new Rig(options => (options.Capacity, options.Partitions) = (2, 4));
        var member = await rig.JoinAsync("g", "m", "a");

        var batch = rig.AppendBatch("a", Enumerable.Range(0, 200).Select(i => Rig.Event(i, $"{i % 11}")), out var positions);
        var handled = new List<ReceivedEvent>();
        while (handled.Count < 200)
        {
            handled.AddRange(await member.HandleAsync(1));
        }

        await Rig.SoonAsync(batch);
        Assert.All(
            Rig.Numbers(handled).GroupBy(i => i % 11), key => Assert.Equal(key.Order(), key));
        Assert.Equal(200, positions.Distinct().Count());
    }

    [Fact]
    public async Task Append_WaitIsCancelled_StoresNothingAndLetsTheNextOneIn()
    {
        await using var rig = new Rig(options => options.Capacity = 1);
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0);
        using var giveUp = new CancellationTokenSource();
        var cancelled = rig.Append("a", Rig.Event(-1), giveUp.Token);
        var patient = rig.Append("a", 1);

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Rig.SoonAsync(cancelled));
        await member.HandleAsync(1);

        await Rig.SoonAsync(patient);
        Assert.Equal([0, 1], await rig.ReadNumbersAsync("a"));
    }

    [Fact]
    public async Task Append_GroupWithoutMembers_HoldsNobodyBack()
    {
        await using var rig = new Rig(options => options.Capacity = 2);
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0, 1);
        var waiting = rig.Append("a", 2);
        Assert.False(waiting.IsCompleted);

        await member.LeaveAsync();

        await Rig.SoonAsync(waiting);
        await rig.AppendAsync("a", [.. Enumerable.Range(3, 20)]);
        Assert.Equal(23, (await rig.LagAsync("g")).Count);
    }

    [Fact]
    public async Task Append_TwoGroups_WaitsForTheSlowerOne()
    {
        await using var rig = new Rig(options => options.Capacity = 4);
        var fast = await rig.JoinAsync("fast", "m", "a");
        var slow = await rig.JoinAsync("slow", "m", "a");
        await rig.AppendAsync("a", 0, 1, 2, 3);
        var waiting = rig.Append("a", 4);

        await fast.HandleAsync(4);
        Assert.False(waiting.IsCompleted);
        await slow.HandleAsync(1);

        await Rig.SoonAsync(waiting);
    }

    [Fact]
    public async Task Append_OtherPartitionIsFull_DoesNotWait()
    {
        await using var rig = new Rig(options => options.Capacity = 1);
        await rig.JoinAsync("g", "m", "full", "free");
        await rig.AppendAsync("full", 0);

        Assert.False(rig.Append("full", 1).IsCompleted);
        Assert.True(rig.Append("free", 1).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Seek_GroupIsMovedForward_LetsPublishersGoOn()
    {
        await using var rig = new Rig(options => options.Capacity = 1);
        await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0);
        var waiting = rig.Append("a", 1);

        await Rig.SoonAsync(rig.SeekAsync("g", "a", SeekTarget.Latest));

        await Rig.SoonAsync(waiting);
    }
}
