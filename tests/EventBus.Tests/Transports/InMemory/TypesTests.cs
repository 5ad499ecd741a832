using EventBus.Transports;

namespace EventBus.Tests.Transports.InMemory;

/// <summary>Groups that handle some of a topic's types only.</summary>
public sealed class TypesTests
{
    private static readonly EventMetadata Wanted = new() { Type = "wanted", Source = "/tests" };
    private static readonly EventMetadata Other = new() { Type = "other", Source = "/tests" };

    [Fact]
    public async Task Receive_OtherTypesBetween_AreSettledAndNotHandedOut()
    {
        await using var rig = new Rig();
        var member = await JoinAsync(rig, "g", "wanted");
        for (var i = 0; i < 300; i++)
        {
            await AppendAsync(rig, i % 3 == 0 ? Wanted : Other, i);
        }

        var handled = await member.HandleAsync(100);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => i * 3), Rig.Numbers(handled));
        await member.ReceivesNothingAsync();
        Assert.Equal(new PartitionLag("a", 0, new Offset(300), 0, null), await rig.LagAsync("g"));
    }

    [Fact]
    public async Task Append_OnlyOtherTypes_AreNotHeldBack()
    {
        await using var rig = new Rig(options => (options.Capacity, options.RetainedEvents) = (4, 0));
        var member = await JoinAsync(rig, "g", "wanted");
        await member.ReceivesNothingAsync();

        for (var i = 0; i < 1000; i++)
        {
            Assert.True(Append(rig, Other, i).IsCompletedSuccessfully, $"Event {i} waited.");
        }

        await AppendAsync(rig, Wanted, 1000);
        Assert.Equal([1000], await member.ReceiveNumbersAsync(1));
    }

    [Fact]
    public async Task Append_OtherTypesBehindAnUnsettledEvent_WaitUntilItIsSettled()
    {
        await using var rig = new Rig(options => options.Capacity = 4);
        var member = await JoinAsync(rig, "g", "wanted");
        await AppendAsync(rig, Wanted, 0);
        var received = await member.ReceiveAsync(1);
        await member.ReceivesNothingAsync();
        for (var i = 1; i < 4; i++)
        {
            await AppendAsync(rig, Other, i);
        }

        var waiting = Append(rig, Other, 4);
        Assert.False(waiting.IsCompleted);
        member.Settle(received[0]);

        await Rig.SoonAsync(waiting);
        for (var i = 5; i < 100; i++)
        {
            await Rig.SoonAsync(Append(rig, Other, i));
        }
    }

    [Fact]
    public async Task Leave_OtherTypesWerePassed_TheyDoNotComeAgain()
    {
        await using var rig = new Rig();
        var member = await JoinAsync(rig, "g", "wanted");
        await AppendAsync(rig, Other, 0);
        await AppendAsync(rig, Wanted, 1);
        await AppendAsync(rig, Other, 2);
        await AppendAsync(rig, Wanted, 3);
        var received = await member.ReceiveAsync(2);
        member.Settle(received[1]);
        await member.LeaveAsync();

        var next = await JoinAsync(rig, "g", "wanted", member: "n");

        Assert.Equal([1], await next.ReceiveNumbersAsync(1));
        await next.ReceivesNothingAsync();
    }

    [Fact]
    public async Task Stress_GroupsOfDifferentTypesLittleRoom_EachGetsItsOwnInOrder()
    {
        const int Each = 3_000;
        await using var rig = new Rig(options => (options.Capacity, options.RetainedEvents) = (3, 0));
        var groups = new[] { await JoinAsync(rig, "g", "wanted"), await JoinAsync(rig, "h", "other"), await JoinAsync(rig, "i", "wanted") };
        var handling = groups.Select(member => Task.Run(() => HandleAsync(member, Each), TestContext.Current.CancellationToken)).ToArray();

        var publishing = new[] { Wanted, Other }
            .Select(type => Task.Run(() => PublishAsync(rig, type, Each), TestContext.Current.CancellationToken)).ToArray();

        await Rig.SoonAsync(Task.WhenAll(publishing));
        foreach (var handled in await Rig.SoonAsync(Task.WhenAll(handling)))
        {
            Assert.Equal(Enumerable.Range(0, Each), handled);
        }
    }

    private static async Task PublishAsync(Rig rig, EventMetadata type, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Append(rig, type, i);
        }
    }

    private static async Task<List<int>> HandleAsync(Member member, int count)
    {
        var numbers = new List<int>(count);
        var buffer = new ReceivedEvent[4];
        while (numbers.Count < count)
        {
            var received = await member.Consumer.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            numbers.AddRange(Rig.Numbers(buffer[..received]));
            member.Settle(buffer[..received]);
        }

        // A member that stays and reads no more would hold back the publishers of the other type.
        await member.LeaveAsync();
        return numbers;
    }

    private static Task<Position> AppendAsync(Rig rig, EventMetadata metadata, int number) => Rig.SoonAsync(Append(rig, metadata, number));

    private static Task<Position> Append(Rig rig, EventMetadata metadata, int number) =>
        rig.Append("a", new Envelope(Guid.Empty, 0L, metadata, number, null), TestContext.Current.CancellationToken);

    private static async Task<Member> JoinAsync(Rig rig, string group, string type, string member = "m") => new(
        await rig.Transport.OpenConsumerAsync(
            new ConsumerRequest
            {
                Group = group,
                Topics = ["a"],
                Member = member,
                Types = new HashSet<string>(StringComparer.Ordinal) { type },
            },
            TestContext.Current.CancellationToken));
}
