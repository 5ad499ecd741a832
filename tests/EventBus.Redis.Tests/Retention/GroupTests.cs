using EventBus.Redis.Retention;
using EventBus.Redis.Tests.Servers;

namespace EventBus.Redis.Tests.Retention;

/// <summary>Which groups hold retention back, how far, and for how long.</summary>
public sealed class GroupTests(TestRedis redis)
{
    private const int AbandonedLogId = 533;
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData("group")]
    [InlineData("group@0")]
    [InlineData("group@17")]
    public async Task Unsettled_ThatNobodyHasRead_Stays(string group)
    {
        await using var world = NewWorld();
        var partition = await world.TopicAsync();
        var ids = await partition.AddAsync(1_000);
        await partition.GroupAsync(group);
        await partition.SettleAsync(group, 333);
        await RetentionWorld.LookAsync(world.NewKeeper());
        Assert.Equal(ids[333..], await partition.IdsAsync());
    }

    [Fact]
    public async Task Unsettled_ThatIsPending_Stays()
    {
        await using var world = NewWorld();
        var partition = await world.TopicAsync();
        var ids = await partition.AddAsync(1_000);
        await partition.GroupAsync("group@1");
        var read = await partition.ReadAsync("group@1", 1_000);
        await partition.AckAsync("group@1", read.Where((_, index) => index != 501));
        var keeper = world.NewKeeper();
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(ids[501..], await partition.IdsAsync());

        await partition.AckAsync("group@1", read);
        await partition.AddAsync(1);
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(10, await partition.LengthAsync());
    }

    [Fact]
    public async Task Unsettled_BelowAllLimits_Stays()
    {
        await using var world = NewWorld();
        world.Options.RetainedAge = TimeSpan.FromMinutes(1);
        world.Options.RetainedBytes = 1_000;
        var partition = await world.TopicAsync();
        await partition.AddOldAsync(s_day);
        var ids = new List<string>();
        for (var number = 1; number <= 300; number++)
        {
            ids.Add(await partition.AddOldAsync(s_day / 2, number));
        }

        await partition.GroupAsync("group@1");
        await partition.SettleAsync("group@1", 51);
        await RetentionWorld.LookAsync(world.NewKeeper());
        Assert.Equal(ids[50..], await partition.IdsAsync());
    }

    [Fact]
    public async Task Groups_Several_TheSlowestHolds()
    {
        await using var world = NewWorld();
        var partition = await world.TopicAsync();
        var ids = await partition.AddAsync(1_000);
        foreach (var (group, settled) in new[] { ("quick@2", 990), ("slow@3", 123), ("competing", 500) })
        {
            await partition.GroupAsync(group);
            await partition.SettleAsync(group, settled);
        }

        await RetentionWorld.LookAsync(world.NewKeeper());
        Assert.Equal(ids[123..], await partition.IdsAsync());
    }

    [Fact]
    public async Task Group_MovedBack_HoldsWhatItWillGetAgain()
    {
        await using var world = NewWorld();
        var partition = await world.TopicAsync();
        var ids = await partition.AddAsync(1_000);
        await partition.GroupAsync("group@1");
        await partition.ReadAsync("group@1", 1_000);
        await world.Admin.StreamConsumerGroupSetPositionAsync(partition.Stream, "group@1", ids[99]);
        await partition.AckAsync("group@1", await world.Admin.StreamRangeAsync(partition.Stream));
        await RetentionWorld.LookAsync(world.NewKeeper());
        Assert.Equal(ids[100..], await partition.IdsAsync());
    }

    [Fact]
    public async Task Group_SettlesWhileNothingIsAdded_IsTrimmedWithinSeconds()
    {
        await using var world = NewWorld();
        var partition = await world.TopicAsync();
        await partition.AddAsync(100);
        await partition.GroupAsync("group@1");
        world.NewKeeper(TimeProvider.System).Start();
        await RetentionWorld.UntilAsync(() => world.Admin.HashExistsAsync(world.Keys.Groups, "group"));
        Assert.Equal(100, await partition.LengthAsync());
        await partition.SettleAsync("group@1", 100);
        await partition.UntilLengthAsync(10);
    }

    [Fact]
    public async Task TrimUnsettled_NoGroupHolds()
    {
        await using var world = NewWorld();
        world.Options.TrimUnsettled = true;
        var partition = await world.TopicAsync();
        var ids = await partition.AddAsync(1_000);
        await partition.GroupAsync("group@1");
        await partition.ReadAsync("group@1", 20);
        await world.BeatAsync("group");
        await RetentionWorld.LookAsync(world.NewKeeper());
        Assert.Equal(ids[^10..], await partition.IdsAsync());
    }

    [Fact]
    public async Task Group_WithoutAMember_HoldsForTheTimeAndThenNoMore()
    {
        await using var world = NewWorld();
        var partition = await world.TopicAsync();
        await partition.GroupAsync("group@1");
        await partition.AddAsync(1_000);
        await world.RegisterAsync("group", s_day - TimeSpan.FromMinutes(1));
        var keeper = world.NewKeeper();
        world.Time.Advance(TimeSpan.FromMinutes(2));
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(1_000, await partition.LengthAsync());

        await world.RegisterAsync("group", s_day + TimeSpan.FromMinutes(1));
        await partition.AddAsync(1);
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(10, await partition.LengthAsync());
    }

    [Fact]
    public async Task Group_Abandoned_IsToldOnceUntilItComesBack()
    {
        await using var world = NewWorld();
        var partition = await world.TopicAsync();
        await partition.GroupAsync("group@1");
        var keeper = world.NewKeeper();
        world.Time.Advance(TimeSpan.FromMinutes(2));
        for (var absence = 1; absence <= 2; absence++)
        {
            // It is there: it holds.
            await world.BeatAsync("group");
            await partition.AddAsync(50);
            var length = await partition.LengthAsync();
            await RetentionWorld.LookAsync(keeper);
            Assert.Equal(length, await partition.LengthAsync());
            Assert.Equal(absence - 1, world.Log.WithId(AbandonedLogId).Count());

            // It is gone: it does not.
            await world.BeatAsync("group", ago: 3 * s_day);
            await world.RegisterAsync("group", 2 * s_day);
            for (var look = 0; look < 2; look++)
            {
                await partition.AddAsync(50);
                await RetentionWorld.LookAsync(keeper);
                Assert.Equal(10, await partition.LengthAsync());
                Assert.Equal(absence, world.Log.WithId(AbandonedLogId).Count());
            }
        }

        Assert.Contains("Group group ", world.Log.WithId(AbandonedLogId).First(), StringComparison.Ordinal);
        Assert.Contains("orders/0", world.Log.WithId(AbandonedLogId).First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Group_AbandonedWithEverythingSettled_IsNotToldOf()
    {
        await using var world = NewWorld();
        var partition = await world.TopicAsync();
        await partition.AddAsync(100);
        await partition.GroupAsync("group@1");
        await partition.SettleAsync("group@1", 95);
        await world.RegisterAsync("group", 2 * s_day);
        var keeper = world.NewKeeper();
        world.Time.Advance(TimeSpan.FromMinutes(2));
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(10, await partition.LengthAsync());
        Assert.Empty(world.Log.WithId(AbandonedLogId));
    }

    [Fact]
    public async Task Group_WithALiveMember_IsNotedAndHolds()
    {
        await using var world = NewWorld();
        var partition = await world.TopicAsync();
        await partition.GroupAsync("group@1");
        await partition.AddAsync(100);
        await world.RegisterAsync("group", 2 * s_day);
        await world.BeatAsync("group");
        var keeper = world.NewKeeper();
        world.Time.Advance(TimeSpan.FromMinutes(2));
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(100, await partition.LengthAsync());
        Assert.InRange((long)await world.Admin.HashGetAsync(world.Keys.Groups, "group"), await world.NowAsync() - 60_000, await world.NowAsync());
    }

    [Fact]
    public async Task Group_NotWaitedForWhenAbandoned_HoldsBetweenTheBeatsOfItsMember()
    {
        await using var world = NewWorld();
        world.Options.AbandonedGroupRetention = TimeSpan.Zero;
        var partition = await world.TopicAsync();
        await partition.GroupAsync("group@1");
        await partition.AddAsync(100);
        await world.RegisterAsync("group", TimeSpan.FromSeconds(2));
        await world.BeatAsync("group", ago: TimeSpan.FromSeconds(2));
        var keeper = world.NewKeeper();
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(100, await partition.LengthAsync());

        await world.RegisterAsync("group", TimeSpan.FromSeconds(7));
        await world.BeatAsync("group", ago: TimeSpan.FromSeconds(7));
        await partition.AddAsync(1);
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(10, await partition.LengthAsync());
    }

    [Fact]
    public async Task Group_ItsLastMemberLeftLately_HoldsFromThenOn()
    {
        await using var world = NewWorld();
        var partition = await world.TopicAsync();
        await partition.GroupAsync("group@1");
        await partition.AddAsync(100);
        await world.RegisterAsync("group", 2 * s_day);
        await world.BeatAsync("group", ago: s_day / 2);
        var keeper = world.NewKeeper();
        world.Time.Advance(TimeSpan.FromMinutes(2));
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(100, await partition.LengthAsync());
    }

    [Fact]
    public async Task Group_ThatNobodyRegistered_HoldsFromWhenItIsSeen()
    {
        await using var world = NewWorld();
        var partition = await world.TopicAsync();
        await partition.GroupAsync("by-hand");
        await partition.AddAsync(100);
        var keeper = world.NewKeeper();
        world.Time.Advance(TimeSpan.FromMinutes(2));
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(100, await partition.LengthAsync());
        Assert.InRange((long)await world.Admin.HashGetAsync(world.Keys.Groups, "by-hand"), await world.NowAsync() - 60_000, await world.NowAsync());
    }

    [Fact]
    public async Task Group_LongGoneWhenTheKeeperStarts_IsGivenAMinuteToComeBack()
    {
        await using var world = NewWorld();
        var partition = await world.TopicAsync();
        await partition.GroupAsync("group@1");
        await partition.AddAsync(100);
        await world.RegisterAsync("group", 2 * s_day);
        var keeper = world.NewKeeper();
        world.Time.Advance(TimeSpan.FromSeconds(59));
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(100, await partition.LengthAsync());

        world.Time.Advance(TimeSpan.FromSeconds(2));
        await partition.AddAsync(1);
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(10, await partition.LengthAsync());
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(20, 100)]
    public async Task Group_SeenToBeAbandonedSomeTimeAgo_HoldsSinceItMayBeBack(int seconds, int left)
    {
        await using var world = NewWorld();
        var partition = await world.TopicAsync();
        await partition.GroupAsync("group@1");
        await partition.AddAsync(100);
        var looked = await world.NowAsync() - (seconds * 1_000);
        var result = await TrimScript.RunAsync(
            world.Admin, [partition.Stream, world.Keys.Released("orders", 0)], [10, "", "", TrimScript.BelowGroups, looked, "group"]);
        Assert.Equal(left, result.Length);
        Assert.Equal(left, await partition.LengthAsync());
    }

    private RetentionWorld NewWorld() => new(redis) { Options = { RetainedEvents = 10, AbandonedGroupRetention = s_day } };
}
