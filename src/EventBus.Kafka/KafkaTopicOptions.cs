namespace EventBus.Kafka;

/// <summary>What topics are made with. Those that are there already stay as they are.</summary>
public sealed class KafkaTopicOptions
{
    /// <summary>How many partitions, 1 or more. In a group, members share the partitions, so that more members than partitions idle.</summary>
    /// <value>The default is null: 4.</value>
    public int? Partitions { get; set; }

    /// <summary>How many brokers have each partition, 1 or more. With 3, one broker can be lost without a loss of events.</summary>
    /// <value>The default is null: as many as the brokers say (<c>default.replication.factor</c>).</value>
    public short? ReplicationFactor { get; set; }

    /// <summary>How long events are kept for replay; infinite for ever (<c>retention.ms</c>).</summary>
    /// <value>The default is null: as the brokers say, a week unless they are told otherwise.</value>
    public TimeSpan? Retention { get; set; }

    /// <summary>How many bytes of a partition are kept, if that is less (<c>retention.bytes</c>).</summary>
    /// <value>The default is null: as the brokers say, which is no limit unless they are told otherwise.</value>
    public long? RetentionBytes { get; set; }

    /// <summary>What happens to old events: <c>delete</c>, <c>compact</c> (the last one of each key stays) or <c>compact,delete</c>.</summary>
    /// <value>The default is null: as the brokers say, which is <c>delete</c> unless they are told otherwise.</value>
    public string? CleanupPolicy { get; set; }

    /// <summary>Other settings of topics, under Kafka's names, e.g. <c>min.insync.replicas</c>.</summary>
    /// <value>The default is none.</value>
    /// <seealso href="https://kafka.apache.org/documentation/#topicconfigs"/>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
