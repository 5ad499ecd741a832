using EventBus.Redis.Tests.Runs;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Outages;

/// <summary>A server whose memory is full, and one that would throw keys away then.</summary>
public sealed class MemoryTests
{
    private const long Room = 3 * 1024 * 1024;
    private static readonly TimeSpan s_atOnce = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FullServer_RefusesPublishersAndLetsMembersGoOn(bool isCompeting)
    {
        await using var server = new RedisServer("--maxmemory-policy", "noeviction");
        await server.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var tally = new Tally();
        void Settings(RedisOptions options)
        {
            options.MemberTimeout = TimeSpan.FromSeconds(2);
            if (isCompeting)
            {
                options.CompetingGroups.Add("*");
            }
        }

        await using var bus = await RunBuses.StartAsync(server.Address, tally, Settings);
        await bus.Bus.PauseAsync(RunBus.Group, TestContext.Current.CancellationToken);
        await LimitAsync(admin, await UsedAsync(admin) + Room);

        // Until nothing fits any more.
        var stored = new List<Counted>();
        PublishException? refused = null;
        for (var number = 0; refused is null; number++)
        {
            var start = TimeProvider.System.GetTimestamp();
            try
            {
                var counted = new Counted(new string('k', 2_000), number);
                await bus.Publisher.PublishAsync(counted, TestContext.Current.CancellationToken);
                stored.Add(counted);
            }
            catch (PublishException exception)
            {
                refused = exception;
                Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, s_atOnce);
            }
        }

        Assert.Contains("no memory left", refused.Message, StringComparison.Ordinal);
        Assert.Contains("maxmemory", refused.Message, StringComparison.Ordinal);

        // What is stored is handled and settled on a full server, by a member that was there and by one that comes.
        Assert.True(await bus.Bus.ResumeAsync(RunBus.Group, TestContext.Current.CancellationToken));
        await LimitAsync(admin, await UsedAsync(admin) - (Room / 2));
        await tally.HandledAsync(stored, bus.Log);
        await bus.SettledAsync();
        await using var other = await RunBuses.StartAsync(server.Address, tally, Settings);
        await bus.DisposeAsync();
        await Assert.ThrowsAsync<PublishException>(async () => await other.Publisher.PublishAsync(
            new Counted("late", 0), TestContext.Current.CancellationToken));

        // Once there is room, everything goes on.
        await LimitAsync(admin, 0);
        var more = Enumerable.Range(0, 100).Select(static number => new Counted("more", number)).ToArray();
        await other.PublishAsync(more);
        await tally.HandledAsync(more, other.Log);
        await other.SettledAsync();
        Assert.Equal(0, await other.CountDeadAsync());
    }

    [Theory]
    [InlineData("allkeys-lru")]
    [InlineData("volatile-ttl")]
    public async Task ServerThatEvicts_IsRefusedAtTheStart(string policy)
    {
        await using var server = new RedisServer("--maxmemory-policy", policy);
        await server.StartAsync();

        var refused = await Assert.ThrowsAnyAsync<EventBusException>(() => RunBuses.StartAsync(server.Address, new Tally()));

        Assert.Contains(policy, refused.Message, StringComparison.Ordinal);
        Assert.Contains("AllowEviction", refused.Message, StringComparison.Ordinal);
        await using var allowed = await RunBuses.StartAsync(server.Address, new Tally(), static options => options.AllowEviction = true);
    }

    private static Task<RedisResult> LimitAsync(ConnectionMultiplexer admin, long bytes) =>
        admin.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", bytes);

    private static async Task<long> UsedAsync(ConnectionMultiplexer admin)
    {
        var info = (string)(await admin.GetDatabase().ExecuteAsync("INFO", "memory"))!;
        return long.Parse(info.Split("used_memory:")[1].Split("\r\n")[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
