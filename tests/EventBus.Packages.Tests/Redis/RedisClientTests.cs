using StackExchange.Redis;

namespace EventBus.Packages.Tests.Redis;

/// <summary>StackExchange.Redis on a plain connection: load, sizes, replies in parts.</summary>
public sealed class RedisClientTests(RedisServer server) : IClassFixture<RedisServer>, IAsyncLifetime
{
    private ConnectionMultiplexer _client = null!;

    private IDatabase Database => _client.GetDatabase();

    public async ValueTask InitializeAsync() => _client = await ConnectionMultiplexer.ConnectAsync(server.Address);

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public Task StreamAdd_20000InFlight_AllReadBackInOrder() => RedisLoad.AddAndReadBackAsync(Database, 20_000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(8193)]
    [InlineData(1024 * 1024)]
    [InlineData(24 * 1024 * 1024)]
    public Task Value_OfAnySize_ReadBackUnchanged(int size) => RedisLoad.SetAndGetAsync(Database, size);

    [Fact]
    public async Task LargeValues_InFlightTogether_ReadBackUnchanged() =>
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => RedisLoad.SetAndGetAsync(Database, 50_000 * i))).Within();

    [Fact]
    public async Task Reply_Of100000Items_ReadInFull()
    {
        var key = RedisLoad.UniqueKey();
        RedisValue[] items = [.. Enumerable.Range(0, 100_000).Select(i => (RedisValue)i)];
        await Database.ListRightPushAsync(key, items).Within();

        Assert.Equal(items, await Database.ListRangeAsync(key).Within());
        Assert.Equal(100, (await Database.ListRangeAsync(key, 0, 99).Within()).Length);
    }

    [Fact]
    public async Task Reply_OfNestedArrays_ReadInFull()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Database.ScriptEvaluateAsync(
            "local r = {} for i = 1, 40 do r[i] = {i, {ARGV[1], tostring(i)}} end return r", values: [i]))).Within();

        for (var i = 0; i < results.Length; i++)
        {
            var last = (RedisResult[])((RedisResult[])results[i]!)[39]!;
            Assert.Equal(40, (int)last[0]);
            Assert.Equal([i.ToString(System.Globalization.CultureInfo.InvariantCulture), "40"], (string[])last[1]!);
        }
    }

    [Fact]
    public async Task Message_ToSeveralHandlers_ReachesEach()
    {
        var channel = RedisChannel.Literal(Guid.CreateVersion7().ToString());
        TaskCompletionSource<string?>[] received = [new(), new(), new()];
        foreach (var handler in received)
        {
            await _client.GetSubscriber().SubscribeAsync(channel, (_, message) => handler.TrySetResult(message));
        }

        await _client.GetSubscriber().PublishAsync(channel, "hello");

        Assert.All(await Task.WhenAll(received.Select(handler => handler.Task)).Within(), text => Assert.Equal("hello", text));
    }

    [Fact]
    public async Task Commands_OfManyKindsAtOnce_EachGetsItsOwnReply()
    {
        var key = RedisLoad.UniqueKey();
        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(async i =>
        {
            var own = $"{key}:{i}";
            Assert.True(await Database.StringSetAsync(own, i));
            Assert.Equal(i + 1, await Database.StringIncrementAsync(own));
            await Database.HashSetAsync(own + "h", [new("a", i), new("b", "x")]);
            var hash = await Database.HashGetAllAsync(own + "h");
            Assert.Equal([new HashEntry("a", i), new HashEntry("b", "x")], hash.OrderBy(entry => (string)entry.Name!));
            Assert.Equal(i + 1, await Database.StringGetAsync(own));
        })).Within();
    }
}
