using EventBus.Transports;

namespace EventBus.Tests.Transports.InMemory;

public sealed class RebalanceTests
{
    [Theory]
    [InlineData(8, 3)]
    [InlineData(10, 4)]
    [InlineData(2, 5)]
    [InlineData(7, 1)]
    public async Task Join_Members_PartitionsAreSpreadEvenly(int partitions, int members)
    {
        await using var rig = new Rig(options => options.Partitions = partitions);
        var joined = await JoinAllAsync(rig, members, "a");

        var counts = await CountPartitionsAsync(rig, joined, partitions, "a");

        Assert.Equal(partitions, counts.Sum());
        Assert.True(counts.Max() - counts.Min() <= 1, $"The members have {string.Join(", ", counts)} partitions.");
    }

    [Fact]
    public async Task Join_ManyTopicsOfOnePartition_AreSpreadOverTheMembers()
    {
        await using var rig = new Rig();
        var topics = Enumerable.Range(0, 12).Select(i => $"t{i}").ToArray();

        var counts = await CountPartitionsAsync(rig, await JoinAllAsync(rig, 3, topics), 1, topics);

        Assert.Equal([4, 4, 4], counts);
    }

    [Fact]
    public async Task Appear_ManyTopicsOfOnePartition_AreSpreadOverTheMembers()
    {
        await using var rig = new Rig();
        var members = await JoinAllAsync(rig, 3, "t.*");
        var topics = Enumerable.Range(0, 12).Select(i => $"t.{i}").ToArray();

        var counts = await CountPartitionsAsync(rig, members, 1, topics);

        Assert.Equal([4, 4, 4], counts);
    }

    [Fact]
    public async Task Leave_OneOfThree_OnlyItsPartitionsMove()
    {
        await using var rig = new Rig(options => options.Partitions = 9);
        var members = await JoinAllAsync(rig, 3, "a");
        var before = await OwnersAsync(rig, members, 9);

        await members[0].LeaveAsync();
        var after = await OwnersAsync(rig, members[1..], 9);

        Assert.All(before.Where(pair => pair.Value.Member != 0), pair => Assert.Same(pair.Value.Assignment, after[pair.Key].Assignment));
        Assert.Equal([4, 5], after.Values.CountBy(value => value.Member).Select(pair => pair.Value).Order());
    }

    [Fact]
    public async Task Join_SecondMember_MovesNoMoreThanItsShare()
    {
        await using var rig = new Rig(options => options.Partitions = 8);
        var first = await rig.JoinAsync("g", "m0", "a");
        await AppendToAllAsync(rig, 8, "a");
        var received = await first.HandleAsync(8);

        await rig.JoinAsync("g", "m1", "a");

        Assert.Equal(4, received.Count(each => each.Assignment.Revoking.IsCancellationRequested));
    }

    [Fact]
    public async Task Join_PartitionIsInUse_MovesOnlyWhenItIsReleased()
    {
        await using var rig = new Rig();
        var first = await rig.JoinAsync("g", "first", "a", "b");
        await rig.AppendAsync("a", 1, 2);
        await rig.AppendAsync("b", 1, 2);
        var held = await first.ReceiveAsync(4);

        var second = await rig.JoinAsync("g", "second", "a", "b");
        await second.ReceivesNothingAsync();
        var moving = Assert.Single(held.DistinctBy(each => each.Assignment), each => each.Assignment.Revoking.IsCancellationRequested);
        first.Settle(moving);
        first.Release(moving);

        var moved = await second.ReceiveAsync(1);
        Assert.Equal(2, moved[0].Envelope.Value);
        Assert.Equal(moving.Assignment.Topic, moved[0].Assignment.Topic);
        Assert.True(moved[0].Assignment.Epoch > moving.Assignment.Epoch);
    }

    [Fact]
    public async Task Join_PartitionIsRevoked_OldOwnerReceivesNothingMoreOfIt()
    {
        await using var rig = new Rig();
        var first = await rig.JoinAsync("g", "first", "a", "b");
        await rig.AppendAsync("a", 0);
        await rig.AppendAsync("b", 0);
        var held = await first.ReceiveAsync(2);
        await rig.JoinAsync("g", "second", "a", "b");
        var moving = held.Single(each => each.Assignment.Revoking.IsCancellationRequested).Assignment.Topic;

        await rig.AppendAsync("a", 1);
        await rig.AppendAsync("b", 1);

        Assert.NotEqual(moving, (await first.ReceiveAsync(1))[0].Assignment.Topic);
        await first.ReceivesNothingAsync();
    }

    [Fact]
    public async Task Join_NothingOfThePartitionWasHandedOut_MovesAtOnce()
    {
        await using var rig = new Rig();
        var first = await rig.JoinAsync("g", "first", "a", "b");
        await rig.JoinAsync("g", "second", "a", "b");

        await rig.AppendAsync("a", 0);
        await rig.AppendAsync("b", 0);

        await first.ReceiveAsync(1);
        await first.ReceivesNothingAsync();
    }

    [Fact]
    public async Task Leave_HoldingPartitions_TheyMoveAtOnceWithTheirUnsettledEvents()
    {
        await using var rig = new Rig();
        var first = await rig.JoinAsync("g", "first", "a");
        var second = await rig.JoinAsync("g", "second", "a");
        await rig.AppendAsync("a", 1, 2);
        first.Settle([.. await first.ReceiveAsync(1)]);
        await second.ReceivesNothingAsync();

        await first.LeaveAsync();

        Assert.Equal([2], await second.ReceiveNumbersAsync(1));
    }

    [Fact]
    public async Task Revoke_ReleasedTwice_CountsOnce()
    {
        await using var rig = new Rig();
        var first = await rig.JoinAsync("g", "first", "a", "b");
        await rig.AppendAsync("a", 1);
        await rig.AppendAsync("b", 1);
        var held = await first.ReceiveAsync(2);
        var second = await rig.JoinAsync("g", "second", "a", "b");
        var moving = held.Single(each => each.Assignment.Revoking.IsCancellationRequested);

        first.Release(moving);
        await second.ReceiveAsync(1);
        first.Release(moving);

        await second.ReceivesNothingAsync();
    }

    [Fact]
    public async Task Join_NameOfAMember_IsRefused()
    {
        await using var rig = new Rig();
        await rig.JoinAsync("g", "m", "a");

        await Assert.ThrowsAsync<EventBusException>(() => rig.JoinAsync("g", "m", "a"));

        Assert.Equal(["m"], rig.Broker.Members("g"));
    }

    [Fact]
    public async Task Members_JoinAndLeave_AreTold()
    {
        await using var rig = new Rig();
        var one = await rig.JoinAsync("g", "one", "a");
        await rig.JoinAsync("g", "two", "a");
        Assert.Equal(["one", "two"], rig.Broker.Members("g"));

        await one.LeaveAsync();

        Assert.Equal(["two"], rig.Broker.Members("g"));
        Assert.Empty(rig.Broker.Members("unknown"));
    }

    [Fact]
    public async Task Join_FromAnotherBusOnTheSameBroker_SharesTheGroup()
    {
        await using var rig = new Rig(options => options.Partitions = 2);
        var here = await rig.JoinAsync("g", "here", "a");
        await using var other = rig.Broker.CreateTransport();
        var there = new Member(await other.OpenConsumerAsync(
            new ConsumerRequest { Group = "g", Topics = ["a"], Member = "there" }, TestContext.Current.CancellationToken));

        await rig.AppendAsync("a", 1, 2);

        Assert.Equal([1, 2], (await here.ReceiveNumbersAsync(1)).Concat(await there.ReceiveNumbersAsync(1)).Order());
    }

    private static async Task<Member[]> JoinAllAsync(Rig rig, int count, params string[] topics)
    {
        var members = new Member[count];
        for (var i = 0; i < count; i++)
        {
            members[i] = await rig.JoinAsync("g", $"m{i}", topics);
        }

        return members;
    }

    private static async Task AppendToAllAsync(Rig rig, int partitions, params string[] topics)
    {
        foreach (var topic in topics)
        {
            for (var i = 0; i < partitions; i++)
            {
                await rig.AppendAsync(topic, i);
            }
        }
    }

    // Every partition gets an event, and each member counts what reaches it.
    private static async Task<int[]> CountPartitionsAsync(Rig rig, Member[] members, int partitions, params string[] topics)
    {
        await AppendToAllAsync(rig, partitions, topics);
        return [.. members.Select(member => Take(member, partitions * topics.Length).Count)];
    }

    private static async Task<Dictionary<int, (int Member, PartitionAssignment Assignment)>> OwnersAsync(
        Rig rig, Member[] members, int partitions)
    {
        await AppendToAllAsync(rig, partitions, "a");
        var owners = new Dictionary<int, (int, PartitionAssignment)>();
        for (var i = 0; i < members.Length; i++)
        {
            foreach (var each in Take(members[i], 100))
            {
                members[i].Settle(each);
                owners[each.Assignment.Partition] = (i, each.Assignment);
            }
        }

        return owners;
    }

    // What is there now.
    private static List<ReceivedEvent> Take(Member member, int most)
    {
        var buffer = new ReceivedEvent[most];
        using var stop = new CancellationTokenSource();
        var receiving = member.Consumer.ReceiveAsync(buffer, stop.Token).AsTask();
        if (receiving.IsCompletedSuccessfully)
        {
            return [.. buffer.AsSpan(0, receiving.Result)];
        }

        stop.Cancel();
        return [];
    }
}
