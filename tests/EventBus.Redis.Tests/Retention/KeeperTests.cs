using System.Globalization;
using EventBus.Redis.Retention;
using EventBus.Redis.Tests.Servers;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Retention;

/// <summary>Several keepers, many topics, and a server in trouble.</summary>
public sealed class KeeperTests(TestRedis redis)
{
    [Fact]
    public async Task Keepers_Two_OneWorksUntilItStops()
    {
        await using var world = new RetentionWorld(redis) { Options = { RetainedEvents = 10 } };
        var partition = await world.TopicAsync();
        var first = world.NewKeeper();
        var second = world.NewKeeper();
        await RetentionWorld.LookAsync(first);
        await partition.AddAsync(100);
        await RetentionWorld.LookAsync(second);
        Assert.Equal(100, await partition.LengthAsync());
        await RetentionWorld.LookAsync(first);
        Assert.Equal(10, await partition.LengthAsync());

        first.Start();
        await first.DisposeAsync();
        await partition.AddAsync(100);
        await RetentionWorld.LookAsync(second);
        Assert.Equal(10, await partition.LengthAsync());
    }

    [Fact]
    public async Task Keeper_DiesWithoutAWord_AnotherTakesOver()
    {
        await using var world = new RetentionWorld(redis) { Options = { RetainedEvents = 10 } };
        var partition = await world.TopicAsync();
        await RetentionWorld.LookAsync(world.NewKeeper());
        await partition.AddAsync(100);
        world.NewKeeper(TimeProvider.System).Start();
        await partition.UntilLengthAsync(10);
    }

    [Fact]
    public async Task Keepers_TwoAtOnce_TrimNeitherTooMuchNorUnsettled()
    {
        await using var world = new RetentionWorld(redis) { Options = { RetainedEvents = 100 } };
        var partition = await world.TopicAsync();
        await partition.GroupAsync("group@1");
        RetentionKeeper[] keepers = [world.NewKeeper(), world.NewKeeper()];
        for (var round = 0; round < 20; round++)
        {
            await partition.AddAsync(300);
            await partition.SettleAsync("group@1", 200);

            // Each believes that it is alone.
            var looks = keepers.Select(async keeper =>
            {
                await world.Admin.KeyDeleteAsync(world.Keys.Keeper);
                await RetentionWorld.LookAsync(keeper);
            });
            await Task.WhenAll(looks);
            var group = (await world.Admin.StreamGroupInfoAsync(partition.Stream)).Single();
            Assert.Equal(100 * (round + 1), await partition.LengthAsync());
            Assert.Equal(100 * (round + 1), group.Lag);
        }
    }

    [Fact]
    public async Task Topic_NewWhileAKeeperRuns_IsLeftAloneUntilGroupsHaveFoundIt()
    {
        await using var world = new RetentionWorld(redis) { Options = { RetainedEvents = 10 } };
        var keeper = world.NewKeeper();
        await RetentionWorld.LookAsync(keeper);
        var partition = await world.TopicAsync();
        await partition.AddAsync(100);
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(100, await partition.LengthAsync());

        keeper.Start();
        var start = await world.NowAsync();
        await partition.UntilLengthAsync(10, Advance(world));
        Assert.InRange(await world.NowAsync() - start, 4_000, 60_000);
    }

    [Fact]
    public async Task Partition_ThatIsNoStream_IsToldOnceAndTheOthersAreTrimmed()
    {
        await using var world = new RetentionWorld(redis) { Options = { RetainedEvents = 10 } };
        await world.TopicAsync(partitions: 3);
        await world.Admin.StringSetAsync(world.Keys.Stream("orders", 1), "not a stream");
        var keeper = world.NewKeeper();
        for (var round = 0; round < 2; round++)
        {
            await world.Of("orders", 0).AddAsync(50);
            await world.Of("orders", 2).AddAsync(50);
            await RetentionWorld.LookAsync(keeper);
            Assert.Equal(10, await world.Of("orders", 0).LengthAsync());
            Assert.Equal(10, await world.Of("orders", 2).LengthAsync());
        }

        Assert.Contains("orders/1", Assert.Single(world.Log.WithId(532)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Topics_AThousand_ALookAtNothingNewCostsNextToNothing()
    {
        await using var server = new OwnServer();
        await using var world = await server.StartAsync();
        world.Options.RetainedEvents = 5;
        foreach (var topic in Enumerable.Range(0, 1_000))
        {
            await world.TopicAsync($"topic-{topic}", partitions: 4);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(partition => world.Of($"topic-{topic}", partition).AddAsync(7)));
        }

        var keeper = world.NewKeeper();
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(5, await world.Of("topic-0", 3).LengthAsync());
        Assert.Equal(5, await world.Of("topic-999", 0).LengthAsync());

        await world.Of("topic-500", 2).AddAsync(2);
        await world.Admin.ExecuteAsync("CONFIG", "RESETSTAT");
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(5, await world.Of("topic-500", 2).LengthAsync());
        var commands = await server.CallsAsync();
        Assert.Equal(2, commands["evalsha"]);
        Assert.InRange(commands["xlen"], 4_000, 4_010);
        Assert.DoesNotContain("eval", commands.Keys);
    }

    [Fact]
    public async Task Server_OutOfMemory_IsTrimmed()
    {
        await using var server = new OwnServer();
        await using var world = await server.StartAsync();
        world.Options.RetainedEvents = 10;
        var partition = await world.TopicAsync();
        await partition.GroupAsync("group");
        await partition.AddAsync(20_000, 500);
        await partition.SettleAsync("group", 20_000);
        await world.RegisterAsync("group", TimeSpan.FromDays(1));
        await world.BeatAsync("group");
        await world.Admin.ExecuteAsync("CONFIG", "SET", "maxmemory", "5mb");
        await Assert.ThrowsAsync<RedisServerException>(() => partition.AddAsync(1));
        await RetentionWorld.LookAsync(world.NewKeeper());
        await partition.AddAsync(1);
        Assert.InRange(await partition.LengthAsync(), 10, 11);
    }

    [Fact]
    public async Task Server_AwayForAWhile_RetentionGoesOnAndAbandonsNoGroupAtOnce()
    {
        await using var server = new OwnServer("--appendonly", "yes", "--appendfsync", "always");
        await using var world = await server.StartAsync();
        world.Options.RetainedEvents = 10;
        var free = await world.TopicAsync("free");
        var held = await world.TopicAsync("held");
        await held.GroupAsync("group@1");
        await held.AddAsync(100);
        await world.RegisterAsync("group", TimeSpan.FromDays(1_000));
        await world.BeatAsync("group");
        var keeper = world.NewKeeper();
        keeper.Start();
        world.Time.Advance(TimeSpan.FromMinutes(2));
        await free.AddAsync(100);
        await free.UntilLengthAsync(10, Advance(world));

        await server.KillAsync();
        await RetentionWorld.UntilAsync(() => Task.FromResult(world.Log.WithId(531).Any()), Advance(world));
        await server.ContinueAsync();
        await world.Admin.KeyDeleteAsync(world.Keys.Members("group"));
        await world.RegisterAsync("group", TimeSpan.FromDays(1_000));
        await free.AddAsync(100);
        await held.AddAsync(1);
        await free.UntilLengthAsync(10, Advance(world));
        Assert.Equal(101, await held.LengthAsync());
        Assert.Single(world.Log.WithId(531));
    }

    private static Action Advance(RetentionWorld world) => () => world.Time.Advance(TimeSpan.FromMilliseconds(100));
}
