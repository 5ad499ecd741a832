using EventBus.Redis.Connections;
using EventBus.Redis.Retention;
using EventBus.Redis.Tests.Servers;
using EventBus.Testing;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Retention;

/// <summary>
/// Keepers over the keys of one bus, and the commands that publishers and groups would send. Its clock stands still until a test moves it: a keeper
/// looks when the test says.
/// </summary>
internal sealed class RetentionWorld(string configuration, string prefix, IDatabase admin) : IAsyncDisposable
{
    private readonly List<(RetentionKeeper Keeper, RedisConnection Connection)> _keepers = [];

    public RetentionWorld(TestRedis redis)
        : this(redis.Configuration, TestRedis.NewPrefix(), redis.Admin)
    {
    }

    public string Configuration { get; } = configuration;

    public IDatabase Admin { get; } = admin;

    public RedisOptions Options { get; } = new() { KeyPrefix = prefix, RetainedEvents = null };

    public RedisKeys Keys { get; } = new(prefix);

    public VirtualTimeProvider Time { get; } = new();

    public KeeperLog Log { get; } = new();

    /// <summary>Another process.</summary>
    public RetentionKeeper NewKeeper(TimeProvider? time = null)
    {
        var connection = new RedisConnection(() => ConfigurationOptions.Parse(Configuration), null, Options, time ?? Time);
        var keeper = new RetentionKeeper(connection, Options, time ?? Time, Log);
        _keepers.Add((keeper, connection));
        return keeper;
    }

    public static Task LookAsync(RetentionKeeper keeper) => keeper.LookAsync(TestContext.Current.CancellationToken).Within();

    /// <summary>A topic as publishers register it.</summary>
    public async Task<Partition> TopicAsync(string topic = "orders", int partitions = 1)
    {
        await Admin.HashSetAsync(Keys.Topics, topic, partitions);
        return Of(topic);
    }

    public Partition Of(string topic, int partition = 0) => new(this, Keys.Stream(topic, partition));

    /// <summary>A member tells that it lives.</summary>
    public async Task BeatAsync(string group, TimeSpan ago = default) =>
        await Admin.SortedSetAddAsync(Keys.Members(group), "1", await NowAsync() - ago.TotalMilliseconds);

    /// <summary>Registers a group that had its last member some time ago.</summary>
    public async Task RegisterAsync(string group, TimeSpan ago) =>
        await Admin.HashSetAsync(Keys.Groups, group, await NowAsync() - (long)ago.TotalMilliseconds);

    public async Task<long> NowAsync()
    {
        var time = (RedisValue[])(await Admin.ExecuteAsync("TIME"))!;
        return ((long)time[0] * 1_000) + ((long)time[1] / 1_000);
    }

    /// <summary>Waits until something is so, while it does something.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, Action? meanwhile = null)
    {
        for (var start = TimeProvider.System.GetTimestamp(); !await condition(); meanwhile?.Invoke())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Deadline.Default, "It has not come to be so in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (keeper, connection) in _keepers)
        {
            await keeper.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
