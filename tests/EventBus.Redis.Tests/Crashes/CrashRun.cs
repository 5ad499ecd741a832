using System.Globalization;
using EventBus.Redis.TestProcess;
using EventBus.Redis.Tests.Runs;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Crashes;

/// <summary>A server, a publisher and members of one group, each a process of its own.</summary>
internal sealed class CrashRun(bool isCompeting) : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _journals;

    public RedisServer Server { get; } = new();

    /// <summary>All processes that there have been but the publisher.</summary>
    public List<RunningProcess> Members { get; } = [];

    public IEnumerable<RunningProcess> Live => Members.Where(static member => !member.IsDead);

    /// <summary>How soon members are taken for dead; shorter than the default, so that a run has many deaths.</summary>
    public static TimeSpan MemberTimeout { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether members have the transport's own default instead.</summary>
    public bool HasDefaults { get; init; }

    public string Gate(string name) => _folder.Combine(name);

    public RunningProcess Publish(int count, int keys, int rate) =>
        new(Settings() with { Count = count, Keys = keys, Rate = rate });

    public RunningProcess AddMember(int partitions, string? gate = null)
    {
        var member = new RunningProcess(Settings() with { Partitions = partitions, Gate = gate });
        Members.Add(member);
        return member;
    }

    public List<JournalLine> Read(RunningProcess? publisher = null)
    {
        publisher?.Read();
        Members.ForEach(static member => member.Read());
        return [.. Members.SelectMany(static member => member.Lines)];
    }

    /// <summary>Waits until the journals tell something.</summary>
    public Task UntilAsync(Func<bool> condition, string what) =>
        Eventually.TrueAsync(
            () =>
            {
                Read();
                return condition();
            },
            () => what);

    /// <summary>Waits until each event has been handled.</summary>
    public async Task UntilHandledAsync(int count)
    {
        var seen = new HashSet<Counted>();
        var read = new Dictionary<int, int>();
        await Eventually.TrueAsync(
            () =>
            {
                Members.ForEach(static member => member.Read());
                foreach (var member in Members)
                {
                    seen.UnionWith(member.Lines.Skip(read.GetValueOrDefault(member.Id))
                        .Where(static line => line.Kind == JournalKind.Handled).Select(static line => line.Event));
                    read[member.Id] = member.Lines.Count;
                }

                return seen.Count >= count;
            },
            () => $"{count} events to be handled, and {seen.Count} were");
    }

    /// <summary>Waits until the live members have taken over from all that are dead: who leaves later leaves nothing behind.</summary>
    public async Task UntilDeadAreKnownAsync()
    {
        await using var admin = await ConnectionMultiplexer.ConnectAsync(Server.Address);
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
        await using var admin = await ConnectionMultiplexer.ConnectAsync(Server.Address);
        var database = admin.GetDatabase();
        Assert.Equal(0, await database.SortedSetLengthAsync(RedisPlaces.Members(ProcessSettings.Group)));
        Assert.Equal(0, await database.HashLengthAsync(RedisPlaces.Info(ProcessSettings.Group)));
        Assert.Equal(0, await PendingAsync(database));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.DisposeAsync();
        }

        await Server.DisposeAsync();
        _folder.Dispose();
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

    private ProcessSettings Settings() => new()
    {
        Configuration = Server.Address,
        Journal = _folder.Combine((++_journals).ToString(CultureInfo.InvariantCulture)),
        IsCompeting = isCompeting,
        MemberTimeout = HasDefaults ? null : MemberTimeout,
    };
}
