using EventBus.Redis.Tests.Servers;

namespace EventBus.Redis.Tests.Retention;

/// <summary>The topics of the bus itself, which the settings do not trim.</summary>
public sealed class InternalTopicTests(TestRedis redis)
{
    private const string DeadLetters = "_eventbus.dead-letters.group";
    private const string Returns = "_eventbus.returns.group";

    [Fact]
    public async Task DeadLetters_BeyondAllLimits_Stay()
    {
        await using var world = NewWorld();
        var letters = await world.TopicAsync(DeadLetters);
        await letters.AddOldAsync(TimeSpan.FromDays(1));
        await letters.AddAsync(500);
        var partition = await world.TopicAsync();
        await partition.AddAsync(500);
        await RetentionWorld.LookAsync(world.NewKeeper());
        Assert.Equal(501, await letters.LengthAsync());
        Assert.Equal(10, await partition.LengthAsync());
    }

    [Theory]
    [InlineData(321, 321)]
    [InlineData(499, 490)]
    public async Task DeadLetters_Released_GoBeyondTheLimits(int released, int firstLeft)
    {
        await using var world = new RetentionWorld(redis) { Options = { RetainedEvents = 10, TrimUnsettled = true } };
        var letters = await world.TopicAsync(DeadLetters, partitions: 2);
        var ids = await letters.AddAsync(500);
        var others = await world.Of(DeadLetters, 1).AddAsync(50);
        var keeper = world.NewKeeper();
        await keeper.TrimAsync(new Position(DeadLetters, 0, Offset.Parse(ids[released])), TestContext.Current.CancellationToken);
        Assert.Equal(ids, await letters.IdsAsync());
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(ids[firstLeft..], await letters.IdsAsync());
        Assert.Equal(others, await world.Of(DeadLetters, 1).IdsAsync());
    }

    [Fact]
    public async Task DeadLetters_ReleasedAfterALook_GoWithinSeconds()
    {
        await using var world = NewWorld();
        var letters = await world.TopicAsync(DeadLetters);
        var ids = await letters.AddAsync(500);
        var keeper = world.NewKeeper(TimeProvider.System);
        await RetentionWorld.LookAsync(keeper);
        keeper.Start();
        await keeper.TrimAsync(new Position(DeadLetters, 0, Offset.Parse(ids[^5])), TestContext.Current.CancellationToken);
        await letters.UntilLengthAsync(10);
    }

    [Fact]
    public async Task Trim_OfAnotherTopic_DoesNothing()
    {
        await using var world = NewWorld();
        var partition = await world.TopicAsync();
        var ids = await partition.AddAsync(20);
        await world.NewKeeper().TrimAsync(new Position("orders", 0, Offset.Parse(ids[10])), TestContext.Current.CancellationToken);
        Assert.False(await world.Admin.KeyExistsAsync(world.Keys.Released("orders", 0)));
        Assert.Equal(ids, await partition.IdsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Returns_GoAsFarAsTheyAreSettled(bool trimUnsettled)
    {
        await using var world = NewWorld();
        world.Options.TrimUnsettled = trimUnsettled;
        var returns = await world.TopicAsync(Returns);
        var ids = await returns.AddAsync(500);
        await returns.GroupAsync("group@3");
        await returns.SettleAsync("group@3", 222);
        await returns.ReadAsync("group@3", 100);
        await world.RegisterAsync("group", TimeSpan.FromDays(1_000));
        var keeper = world.NewKeeper();
        world.Time.Advance(TimeSpan.FromMinutes(2));
        await RetentionWorld.LookAsync(keeper);
        Assert.Equal(ids[222..], await returns.IdsAsync());
    }

    [Fact]
    public async Task Returns_AllSettled_AllGo()
    {
        await using var world = new RetentionWorld(redis);
        var returns = await world.TopicAsync(Returns);
        await returns.AddAsync(30_000);
        await returns.GroupAsync("group@3");
        await returns.SettleAsync("group@3", 30_000);
        await RetentionWorld.LookAsync(world.NewKeeper());
        Assert.Equal(0, await returns.LengthAsync());
        Assert.Single(await world.Admin.StreamGroupInfoAsync(returns.Stream));
    }

    [Fact]
    public async Task Returns_WithoutTheGroupYet_Stay()
    {
        await using var world = NewWorld();
        var returns = await world.TopicAsync(Returns);
        await returns.AddOldAsync(TimeSpan.FromDays(1));
        await returns.AddAsync(500);
        await RetentionWorld.LookAsync(world.NewKeeper());
        Assert.Equal(501, await returns.LengthAsync());
    }

    private RetentionWorld NewWorld() =>
        new(redis) { Options = { RetainedEvents = 10, RetainedAge = TimeSpan.FromMinutes(1), RetainedBytes = 10_000 } };
}
