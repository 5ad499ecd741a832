using EventBus.Transports;

namespace EventBus.Tests.Transports.InMemory;

public sealed class ReceiveTests
{
    [Fact]
    public async Task Receive_EventsAreThere_CompletesAtOnceInOrder()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", [.. Enumerable.Range(0, 300)]);

        var receiving = member.Consumer.ReceiveAsync(new ReceivedEvent[1], TestContext.Current.CancellationToken);

        Assert.True(receiving.IsCompletedSuccessfully);
        Assert.Equal(1, await receiving);
        Assert.Equal(Enumerable.Range(1, 299), await member.ReceiveNumbersAsync(299));
    }

    [Fact]
    public async Task Receive_NothingThere_CompletesWithTheNextEventOnAnotherThread()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        var receiving = member.Consumer.ReceiveAsync(new ReceivedEvent[8], TestContext.Current.CancellationToken);
        Assert.False(receiving.IsCompleted);
        using var holdPublisher = new ManualResetEventSlim();
        var continued = Continue();

        var publisher = new Thread(() =>
        {
            _ = rig.Append("a", 7);
            holdPublisher.Wait(TestContext.Current.CancellationToken);
        });
        publisher.Start();

        Assert.NotEqual(publisher.ManagedThreadId, await Rig.SoonAsync(continued));
        holdPublisher.Set();
        publisher.Join();

        async Task<int> Continue()
        {
            await receiving.ConfigureAwait(false);
            return Environment.CurrentManagedThreadId;
        }
    }

    [Fact]
    public async Task Receive_WaitIsCancelled_LosesNothing()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await member.ReceivesNothingAsync();

        await rig.AppendAsync("a", 1, 2);

        Assert.Equal([1, 2], await member.ReceiveNumbersAsync(2));
    }

    [Fact]
    public async Task Receive_TwoGroups_EachGetsEveryEvent()
    {
        await using var rig = new Rig();
        var left = await rig.JoinAsync("left", "m", "a");
        var right = await rig.JoinAsync("right", "m", "a");

        await rig.AppendAsync("a", 1, 2, 3);

        Assert.Equal([1, 2, 3], await left.ReceiveNumbersAsync(3));
        Assert.Equal([1, 2, 3], await right.ReceiveNumbersAsync(3));
    }

    [Fact]
    public async Task Receive_SeveralPartitions_FillsTheBufferFromThem()
    {
        await using var rig = new Rig(options => options.Partitions = 3);
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0, 1, 2);
        var buffer = new ReceivedEvent[8];

        var count = await member.Consumer.ReceiveAsync(buffer, TestContext.Current.CancellationToken);

        Assert.Equal([0, 1, 2], Rig.Numbers(buffer[..count]).Order());
    }

    [Fact]
    public async Task Receive_OnePartitionHasABacklog_OthersGetTheirTurn()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "busy", "quiet");
        await rig.AppendAsync("busy", [.. Enumerable.Range(0, 100)]);
        await rig.AppendAsync("quiet", -1);

        var first = await member.ReceiveNumbersAsync(10);
        var second = await member.ReceiveNumbersAsync(10);

        Assert.Contains(-1, first.Concat(second));
    }

    [Fact]
    public async Task Receive_EventNotSettled_IsNotHandedOutAgainWhileTheAssignmentLasts()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 1, 2);
        var received = await member.ReceiveAsync(2);

        member.Settle(received[1]);

        await member.ReceivesNothingAsync();
    }

    [Fact]
    public async Task Receive_EmptyBuffer_IsRefused()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");

        await Assert.ThrowsAsync<ArgumentException>(
            async () => await member.Consumer.ReceiveAsync(Memory<ReceivedEvent>.Empty, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Hop_InSteadyState_AllocatesNothing()
    {
        await using var rig = new Rig(time: TimeProvider.System);
        var member = await rig.JoinAsync("g", "m", "a");
        var buffer = new ReceivedEvent[100];
        var envelope = Rig.Event(1);
        for (var i = 0; i < 50; i++)
        {
            PassHundred();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            PassHundred();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Finish<T>(ValueTask<T> task) => Assert.True(task.IsCompletedSuccessfully);

        void PassHundred()
        {
            for (var i = 0; i < buffer.Length; i++)
            {
                Finish(rig.Transport.AppendAsync("a", envelope, CancellationToken.None));
            }

            Finish(member.Consumer.ReceiveAsync(buffer, CancellationToken.None));
            foreach (ref readonly var each in buffer.AsSpan())
            {
                member.Consumer.Settle(each.Assignment, each.Offset);
            }
        }
    }
}
