using EventBus.Redis.Tests.Runs;
using EventBus.Shared.Crashes;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Crashes;

/// <summary>A run of processes with a server that is theirs.</summary>
/// <param name="server">The server, which has been started.</param>
/// <param name="isCompeting">Whether the members compete.</param>
/// <param name="hasDefaults">Whether members have the transport's own <see cref="RedisOptions.MemberTimeout"/>.</param>
internal sealed class CrashRun(RedisServer server, bool isCompeting, bool hasDefaults = false) : ProcessRun(new ProcessSettings
{
    Address = server.Address,
    IsCompeting = isCompeting,
    MemberTimeout = hasDefaults ? null : MemberTimeout,
})
{
    /// <summary>How soon members are taken for dead; shorter than the default, so that a run has many deaths.</summary>
    public static TimeSpan MemberTimeout { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Waits until the live members have taken over from all that are dead: who leaves later leaves nothing behind.</summary>
    public async Task UntilDeadAreKnownAsync()
    {
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var database = admin.GetDatabase();

        // The dead have no heartbeat after this; a count alone could take one of them for a living one that is on its way.
        var since = new DateTimeOffset(await admin.GetServers()[0].TimeAsync(), TimeSpan.Zero).ToUnixTimeMilliseconds();
        await Eventually.TrueAsync(
            async () =>
            {
                var members = await database.SortedSetRangeByRankWithScoresAsync(RedisPlaces.Members(ProcessSettings.Group));
                return members.Length == Live.Count() && Array.TrueForAll(members, member => member.Score > since)
                    && await PendingAsync(database) == 0;
            },
            () => "the dead to be known");
    }

    /// <summary>Nothing is left on the server but the streams, and one place of the group in each.</summary>
    public async Task AssertLeftCleanAsync()
    {
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var database = admin.GetDatabase();
        Assert.Equal(0, await database.SortedSetLengthAsync(RedisPlaces.Members(ProcessSettings.Group)));
        Assert.Equal(0, await database.HashLengthAsync(RedisPlaces.Info(ProcessSettings.Group)));
        Assert.Equal(0, await PendingAsync(database));
    }

    private static async Task<long> PendingAsync(IDatabase database)
    {
        var pending = 0L;
        var partitions = (int)await database.HashGetAsync(RedisPlaces.Topics, Counted.Topic);
        for (var partition = 0; partition < partitions; partition++)
        {
            pending += Assert.Single(await database.StreamGroupInfoAsync(RedisPlaces.Stream(Counted.Topic, partition))).PendingMessageCount;
        }

        return pending;
    }
}
