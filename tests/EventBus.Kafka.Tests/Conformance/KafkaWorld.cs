using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Kafka.Tests.Conformance;

/// <summary>
/// A part of the cluster under a prefix of its own. Each member's clients have its name for their <c>client.id</c>, so that it can be cut off for good.
/// </summary>
internal sealed class KafkaWorld(KafkaServers servers, int partitions) : TransportWorld
{
    private const string LargestEvent = "2000000";

    // The mock brokers wait for all but a second of it whenever a member comes or goes; real ones allow no less than this.
    private static readonly TimeSpan s_session = KafkaServers.AreReal ? TimeSpan.FromSeconds(6) : TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromMilliseconds(100);
    private readonly string _prefix = servers.NewPrefix();

    public override int Partitions => partitions;

    public override void Configure(EventBusBuilder bus)
    {
        bus.UseKafka(servers.BootstrapServers, settings =>
        {
            settings.Prefix = _prefix;
            settings.NewTopics.Partitions = partitions;
            settings.ConsumerProperties["session.timeout.ms"] = Milliseconds(s_session);
            settings.ConsumerProperties["heartbeat.interval.ms"] = Milliseconds(s_heartbeat);

            // So long does what a killed member has begun hold up the others.
            settings.TransactionTimeout = TimeSpan.FromSeconds(5);

            // Kafka's own bounds are below the largest event of the suite.
            settings.ProducerProperties["message.max.bytes"] = LargestEvent;
            settings.NewTopics.Settings["max.message.bytes"] = LargestEvent;

            // A pattern finds new topics by looking again.
            settings.TopicRefreshInterval = TimeSpan.FromSeconds(1);
        });
        bus.Services.AddOptions<KafkaOptions>().PostConfigure<IOptions<EventBusOptions>>(
            static (settings, bus) => settings.Properties["client.id"] = bus.Value.InstanceName!);
    }

    public override async ValueTask KillAsync(Member member) => await servers.Cluster.KillAsync(member.Name);

    public override async ValueTask UntilSteadyAsync(string group, int members) => await Eventually.TrueAsync(
        () => servers.Cluster.Groups.IsSteady(_prefix + group, members, partitions), () => $"the {members} members of {group} to come to rest");

    private static string Milliseconds(TimeSpan time) => ((int)time.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
