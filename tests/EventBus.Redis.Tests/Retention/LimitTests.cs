using EventBus.Redis.Retention;
using EventBus.Redis.Tests.Servers;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Retention;

/// <summary>How much a partition keeps by each of the limits.</summary>
public sealed class LimitTests(TestRedis redis)
{
    [Theory]
    [InlineData(10, 5_000, 20)]
    [InlineData(1_000, 5_000, 20)]
    [InlineData(3, 40, 10_000)]
    [InlineData(100, 70_000, 20)]
    public async Task Number_MoreThanThat_KeepsJustTheNewest(int kept, int added, int bytes)
    {
        await using var world = new RetentionWorld(redis) { Options = { RetainedEvents = kept } };
        var partition = await world.TopicAsync();
        var ids = await partition.AddAsync(added, bytes);
        await RetentionWorld.LookAsync(world.NewKeeper());
        Assert.Equal(ids[^kept..], await partition.IdsAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(150)]
    public async Task Number_EverythingIsSettled_KeepsJustTheNewest(int kept)
    {
        await using var world = new RetentionWorld(redis) { Options = { RetainedEvents = kept } };
        var partition = await world.TopicAsync();
        var ids = await partition.AddAsync(1_000);
        await partition.GroupAsync("group@4");
        await partition.SettleAsync("group@4", ids.Length);
        await RetentionWorld.LookAsync(world.NewKeeper());
        Assert.Equal(ids[^kept..], await partition.IdsAsync());
        Assert.Equal(ids[^1], (await world.Admin.StreamGroupInfoAsync(partition.Stream)).Single().LastDeliveredId);
    }

    [Fact]
    public async Task Number_NotReached_KeepsEverything()
    {
        await using var world = new RetentionWorld(redis) { Options = { RetainedEvents = 1_000 } };
        var partition = await world.TopicAsync();
        var ids = await partition.AddAsync(1_000);
        await RetentionWorld.LookAsync(world.NewKeeper());
        Assert.Equal(ids, await partition.IdsAsync());
    }

    [Fact]
    public async Task NoLimit_KeepsEverything()
    {
        await using var world = new RetentionWorld(redis);
        var partition = await world.TopicAsync();
        await partition.AddOldAsync(TimeSpan.FromDays(1_000));
        await partition.AddAsync(2_000);
        await RetentionWorld.LookAsync(world.NewKeeper());
        Assert.Equal(2_001, await partition.LengthAsync());
    }

    [Fact]
    public async Task Number_WhileOthersPublish_NeverKeepsLess()
    {
        const int Kept = 500;
        await using var world = new RetentionWorld(redis) { Options = { RetainedEvents = Kept } };
        var partition = await world.TopicAsync();
        await partition.AddAsync(Kept);
        var keeper = world.NewKeeper();
        var publishing = partition.AddAsync(30_000);
        do
        {
            await RetentionWorld.LookAsync(keeper);
            Assert.True(await partition.LengthAsync() >= Kept);
        }
        while (!publishing.IsCompleted);

        await publishing;
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(Kept, await partition.LengthAsync());
    }

    [Fact]
    public async Task Keeper_Started_TrimsByItselfAgainAndAgain()
    {
        await using var world = new RetentionWorld(redis) { Options = { RetainedEvents = 100 } };
        var partition = await world.TopicAsync();
        await partition.AddAsync(1_000);
        world.NewKeeper(TimeProvider.System).Start();
        for (var burst = 0; burst < 3; burst++)
        {
            await partition.UntilLengthAsync(100);
            await partition.AddAsync(5_000);
        }

        await partition.UntilLengthAsync(100);
    }

    [Fact]
    public async Task Keeper_Restarted_GoesOn()
    {
        await using var world = new RetentionWorld(redis) { Options = { RetainedEvents = 100 } };
        var partition = await world.TopicAsync();
        for (var run = 0; run < 2; run++)
        {
            await partition.AddAsync(1_000);
            var keeper = world.NewKeeper();
            keeper.Start();
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await partition.UntilLengthAsync(100);
            await keeper.DisposeAsync();
            Assert.False(await world.Admin.KeyExistsAsync(world.Keys.Keeper));
        }
    }

    [Fact]
    public async Task Age_SomeAreOlder_KeepsJustTheYounger()
    {
        await using var world = new RetentionWorld(redis) { Options = { RetainedAge = TimeSpan.FromHours(1) } };
        var partition = await world.TopicAsync();
        for (var number = 0; number < 250; number++)
        {
            await partition.AddOldAsync(TimeSpan.FromMinutes(61), number);
        }

        var young = await partition.AddOldAsync(TimeSpan.FromMinutes(59));
        var newest = await partition.AddAsync(1);
        await RetentionWorld.LookAsync(world.NewKeeper());
        string[] expected = [young, .. newest];
        Assert.Equal(expected, await partition.IdsAsync());
    }

    [Fact]
    public async Task Age_NothingIsAdded_EventsGoNevertheless()
    {
        await using var world = new RetentionWorld(redis) { Options = { RetainedAge = TimeSpan.FromSeconds(1) } };
        var partition = await world.TopicAsync();
        await partition.AddAsync(10);
        var keeper = world.NewKeeper();
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(10, await partition.LengthAsync());
        for (var start = await world.NowAsync(); await partition.LengthAsync() > 0; await RetentionWorld.LookAsync(keeper))
        {
            Assert.True(await world.NowAsync() - start < 30_000, "The events are still there.");
        }
    }

    [Theory]
    [InlineData(30, 40_000, false)]
    [InlineData(200, 10_000, true)]
    [InlineData(6_000, 1_000, true)]
    public async Task Bytes_MoreThanThat_KeepsAboutAsMuch(int bytes, int count, bool hasGroup)
    {
        const int Limit = 1_000_000;
        await using var world = new RetentionWorld(redis) { Options = { RetainedBytes = Limit } };
        var partition = await world.TopicAsync();
        var ids = await partition.AddAsync(count, bytes);
        if (hasGroup)
        {
            await partition.GroupAsync("group");
            await partition.SettleAsync("group", count);
        }

        await RetentionWorld.LookAsync(world.NewKeeper());
        Assert.InRange(await BytesAsync(world, partition), 0.9 * Limit, 1.1 * Limit);
        Assert.Equal(ids[^1], (await partition.IdsAsync())[^1]);
    }

    [Fact]
    public async Task Bytes_LargeEventsBehindSmallOnes_KeepsAboutAsMuch()
    {
        const int Limit = 3_000_000;
        await using var world = new RetentionWorld(redis) { Options = { RetainedBytes = Limit } };
        var partition = await world.TopicAsync();
        await partition.AddAsync(10_000, 100);
        await partition.AddAsync(200, 10_000);
        await partition.AddAsync(200, 20_000);
        await RetentionWorld.LookAsync(world.NewKeeper());
        Assert.InRange(await BytesAsync(world, partition), 0.9 * Limit, 1.1 * Limit);
    }

    [Fact]
    public async Task Limits_Several_TheShortestHolds()
    {
        await using var world = new RetentionWorld(redis)
        {
            Options = { RetainedEvents = 100, RetainedAge = TimeSpan.FromHours(1), RetainedBytes = 100_000_000 },
        };
        var partition = await world.TopicAsync();
        await partition.AddOldAsync(TimeSpan.FromHours(2));
        var ids = await partition.AddAsync(50);
        var keeper = world.NewKeeper();
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(ids, await partition.IdsAsync());

        var more = await partition.AddAsync(200);
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(more[^100..], await partition.IdsAsync());
    }

    private static async Task<double> BytesAsync(RetentionWorld world, Partition partition) =>
        (double)await world.Admin.ExecuteAsync("MEMORY", "USAGE", partition.Stream, "SAMPLES", 0);
}
