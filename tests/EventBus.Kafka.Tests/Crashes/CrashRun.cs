using System.Globalization;
using EventBus.Kafka.Brokers.Proxies;
using EventBus.Kafka.TestProcess;
using EventBus.Kafka.Tests.Runs;
using EventBus.Kafka.Tests.Servers;

namespace EventBus.Kafka.Tests.Crashes;

/// <summary>A publisher and members of one group, each a process of its own. The brokers are in this one.</summary>
/// <param name="cluster">The brokers.</param>
/// <param name="prefix">What the run's topics and groups begin with.</param>
internal sealed class CrashRun(ProxiedCluster cluster, string prefix) : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _journals;

    public CrashRun(KafkaServers servers)
        : this(servers.Cluster, servers.NewPrefix())
    {
    }

    /// <summary>All processes that there have been but the publisher.</summary>
    public List<RunningProcess> Members { get; } = [];

    public IEnumerable<RunningProcess> Live => Members.Where(static member => !member.IsDead);

    /// <summary>Real brokers allow no less than 6 seconds.</summary>
    public static TimeSpan SessionTimeout { get; } = TimeSpan.FromSeconds(KafkaServers.AreReal ? 6 : 2);

    public string Prefix { get; } = prefix;

    public string Gate(string name) => _folder.Combine(name);

    public RunningProcess Publish(int partitions, int count, int keys, int rate) =>
        new(Settings() with { Partitions = partitions, Count = count, Keys = keys, Rate = rate });

    public RunningProcess AddMember(int partitions, string? gate = null, bool isTurning = false)
    {
        var member = new RunningProcess(Settings() with { Partitions = partitions, Gate = gate, IsTurning = isTurning });
        Members.Add(member);
        return member;
    }

    public List<JournalLine> Read(RunningProcess? publisher = null)
    {
        publisher?.Read();
        Members.ForEach(static member => member.Read());
        return [.. Members.SelectMany(static member => member.Lines)];
    }

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

    /// <summary>Waits until the live members have all partitions: who leaves later leaves nothing behind.</summary>
    public Task UntilSteadyAsync(int partitions) => Eventually.TrueAsync(
        () => cluster.Groups.IsSteady(Prefix + ProcessSettings.Group, Live.Count(), partitions), () => "the live members to have all partitions");

    /// <summary>Waits until everything is settled, as a bus without members of the group sees it.</summary>
    public async Task UntilSettledAsync()
    {
        await using var outside = new RunBus(cluster.BootstrapServers, settings: options => options.Prefix = Prefix);
        await outside.SettledAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.DisposeAsync();
        }

        _folder.Dispose();
    }

    private ProcessSettings Settings() => new()
    {
        Brokers = cluster.BootstrapServers,
        Prefix = Prefix,
        Journal = _folder.Combine((++_journals).ToString(CultureInfo.InvariantCulture)),
        SessionTimeout = SessionTimeout,
    };
}
