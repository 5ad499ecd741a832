namespace EventBus.Kafka.Tests.Conformance;

/// <summary>The transport on Kafka with so many partitions a topic. A world is a prefix of topics and groups that the members of the test share.</summary>
public abstract class KafkaFixture(KafkaServers servers, int partitions, int maxPartitions = int.MaxValue) : TransportFixture
{
    public override TransportCapabilities Capabilities { get; } = new()
    {
        MaxPartitions = maxPartitions,

        // A broker keeps its log on disk.
        BackPressure = false,

        // It forgets by age and by bytes.
        RetentionByCount = false,

        Transactions = true,
    };

    public override ValueTask<TransportWorld> CreateWorldAsync(WorldOptions options) =>
        ValueTask.FromResult<TransportWorld>(new KafkaWorld(servers, options.Partitions ?? partitions));
}
