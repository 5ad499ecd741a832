using EventBus.Kafka.Brokers.Proxies;
using EventBus.Kafka.Tests.Runs;
using EventBus.Shared.Crashes;

namespace EventBus.Kafka.Tests.Crashes;

/// <summary>A run of processes whose brokers are in this one.</summary>
/// <param name="cluster">The brokers.</param>
/// <param name="prefix">What the run's topics and groups begin with.</param>
/// <param name="isTurning">Whether the members make a <see cref="Turned"/> of each event.</param>
internal sealed class CrashRun(ProxiedCluster cluster, string prefix, bool isTurning = false) : ProcessRun(new ProcessSettings
{
    Address = cluster.BootstrapServers,
    Prefix = prefix,
    MemberTimeout = KafkaServers.SessionTimeout,
    IsTurning = isTurning,
})
{
    public CrashRun(KafkaServers servers)
        : this(servers.Cluster, servers.NewPrefix())
    {
    }

    public string Prefix { get; } = prefix;

    /// <summary>Waits until the live members have all partitions: who leaves later leaves nothing behind.</summary>
    public Task UntilSteadyAsync(int partitions) => Eventually.TrueAsync(
        () => cluster.Groups.IsSteady(Prefix + ProcessSettings.Group, Live.Count(), partitions), () => "the live members to have all partitions");

    /// <summary>Waits until everything is settled, as a bus without members of the group sees it.</summary>
    public async Task UntilSettledAsync()
    {
        await using var outside = RunBuses.Create(cluster.BootstrapServers, settings: options => options.Prefix = Prefix);
        await outside.SettledAsync();
    }
}
