namespace EventBus.Tests.Transports.InMemory;

public sealed class WildcardTests
{
    [Fact]
    public async Task Subscribe_Pattern_TakesTheTopicsThatAreThere()
    {
        await using var rig = new Rig();
        await rig.AppendAsync("user.registered", 1);
        await rig.AppendAsync("order.placed", 2);

        var member = await rig.JoinAsync("g", "m", "user.*");

        Assert.Equal([1], await member.ReceiveNumbersAsync(1));
        await member.ReceivesNothingAsync();
    }

    [Fact]
    public async Task Subscribe_PatternFromLatest_TakesATopicThatAppearsLaterFromItsFirstEvent()
    {
        await using var rig = new Rig();
        await rig.AppendAsync("user.registered", 1);
        var member = await rig.JoinAsync("g", "m", SeekTarget.Latest, "user.>");

        await rig.AppendAsync("user.address.changed", 2);
        await rig.AppendAsync("user.registered", 3);

        Assert.Equal([2, 3], (await member.ReceiveNumbersAsync(2)).Order());
    }

    [Fact]
    public async Task Subscribe_TopicAppearsWhileTheGroupIsStopped_IsTakenFromItsFirstEvent()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "user.*");
        await member.LeaveAsync();
        await rig.AppendAsync("user.registered", 1);

        var next = await rig.JoinAsync("g", "n", SeekTarget.Latest, "user.*");

        Assert.Equal([1], await next.ReceiveNumbersAsync(1));
    }

    [Fact]
    public async Task Subscribe_ExactTopicThatIsNotThere_MissesNothing()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", SeekTarget.Latest, "a");

        await rig.AppendAsync("a", 1);

        Assert.Equal([1], await member.ReceiveNumbersAsync(1));
    }

    [Fact]
    public async Task Subscribe_MembersWithDifferentTopics_EachGetsItsOwn()
    {
        await using var rig = new Rig();
        var users = await rig.JoinAsync("g", "users", "user.*");
        var orders = await rig.JoinAsync("g", "orders", "order.*");

        await rig.AppendAsync("user.registered", 1);
        await rig.AppendAsync("order.placed", 2);

        Assert.Equal([1], await users.ReceiveNumbersAsync(1));
        Assert.Equal([2], await orders.ReceiveNumbersAsync(1));
        await users.LeaveAsync();
        await rig.AppendAsync("user.registered", 3);
        await orders.ReceivesNothingAsync();
    }

    [Fact]
    public async Task Subscribe_TopicNoMemberTakesAnyMore_HoldsNobodyBack()
    {
        await using var rig = new Rig(options => options.Capacity = 1);
        var users = await rig.JoinAsync("g", "users", "a");
        await rig.JoinAsync("g", "orders", "b");
        await rig.AppendAsync("a", 1);
        var waiting = rig.Append("a", 2);

        await users.LeaveAsync();

        await Rig.SoonAsync(waiting);
    }

    [Fact]
    public async Task Subscribe_TopicsAppearDuringPublishing_NoFirstEventIsMissed()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "t.*");

        var publishing = Enumerable.Range(0, 4).Select(p => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await rig.AppendAsync($"t.{i}", (p * 50) + i);
            }
        })).ToArray();

        Assert.Equal(Enumerable.Range(0, 200), Rig.Numbers(await member.HandleAsync(200)).Order());
        await Rig.SoonAsync(Task.WhenAll(publishing));
    }
}
