using System.Globalization;
using EventBus.Transports;

namespace EventBus.Kafka.Topics;

/// <summary>What the settings say about each topic: its own, else those of all.</summary>
internal sealed class TopicSettings(KafkaOptions options)
{
    private const string Forever = "-1";

    // Groups come together by the number of partitions, whatever topics these are of, so that one member could be given a topic's and another those of what
    // comes back to the group, in which there is nothing as a rule.
    private const int InternalPartitions = 1;

    /// <summary>How many partitions a topic shall have; null where the settings say nothing.</summary>
    public int? Partitions(string topic) => Own(topic)?.Partitions ?? (InternalTopics.IsInternal(topic) ? InternalPartitions : options.NewTopics.Partitions);

    /// <summary>How many brokers shall have each partition; null where the settings say nothing.</summary>
    public int? ReplicationFactor(string topic) => Own(topic)?.ReplicationFactor ?? options.NewTopics.ReplicationFactor;

    /// <summary>What a topic is made with, under Kafka's names.</summary>
    public Dictionary<string, string> Of(string topic)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(settings, options.NewTopics);
        if (Own(topic) is { } own)
        {
            Add(settings, own);
        }

        if (InternalTopics.IsInternal(topic))
        {
            // The bus removes what nobody needs any more, and what is needed must not go before.
            settings["retention.ms"] = Forever;
            settings["retention.bytes"] = Forever;
            settings["cleanup.policy"] = "delete";
        }

        return settings;
    }

    private KafkaTopicOptions? Own(string topic) => options.Topics.TryGetValue(topic, out var own) ? own : null;

    private static void Add(Dictionary<string, string> settings, KafkaTopicOptions options)
    {
        if (options.Retention is { } retention)
        {
            settings["retention.ms"] =
                retention == Timeout.InfiniteTimeSpan ? Forever : ((long)retention.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        if (options.RetentionBytes is { } bytes)
        {
            settings["retention.bytes"] = bytes.ToString(CultureInfo.InvariantCulture);
        }

        if (options.CleanupPolicy is { } policy)
        {
            settings["cleanup.policy"] = policy;
        }

        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }
    }
}
