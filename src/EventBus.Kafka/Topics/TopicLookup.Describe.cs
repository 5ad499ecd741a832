using Confluent.Kafka;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Topics;

/// <content>Asks what topics are like.</content>
internal sealed partial class TopicLookup
{
    private const int TopicResource = 2;

    /// <summary>All topics of the bus, with their numbers of partitions and of the brokers that have each.</summary>
    public Task<Dictionary<string, (int Partitions, int Replicas)>> DescribeAsync(CancellationToken cancellationToken) =>
        cluster.RunAsync(Describe, cancellationToken);

    /// <summary>The settings of topics, under Kafka's names.</summary>
    /// <exception cref="ClusterException">The brokers do not tell.</exception>
    public Task<Dictionary<string, Dictionary<string, string>>> DescribeSettingsAsync(
        string[] topics, CancellationToken cancellationToken) =>
        cluster.RunAsync(client => DescribeSettings(client, topics), cancellationToken);

    private unsafe Dictionary<string, (int Partitions, int Replicas)> Describe(nint client)
    {
        ClusterMetadata* metadata;
        Check(Librdkafka.GetMetadata(client, 1, 0, &metadata, Milliseconds(s_requestTimeout)), "The topics could not be asked for");
        var topics = new Dictionary<string, (int Partitions, int Replicas)>(StringComparer.Ordinal);
        for (var i = 0; i < metadata->TopicCount; i++)
        {
            ref readonly var found = ref metadata->Topics[i];
            if (found.PartitionCount > 0 && connection.Names.TryTopicOf(KafkaErrors.Utf8(found.Name), out var topic))
            {
                topics[topic] = (found.PartitionCount, found.Partitions[0].ReplicaCount);
            }
        }

        Librdkafka.DestroyMetadata(metadata);
        return topics;
    }

    private unsafe Dictionary<string, Dictionary<string, string>> DescribeSettings(nint client, string[] topics)
    {
        var resources = Array.ConvertAll(topics, topic => Librdkafka.NewResource(TopicResource, connection.Names.Topic(topic)));
        var queue = Librdkafka.NewQueue(client);
        fixed (nint* first = resources)
        {
            Librdkafka.DescribeResources(client, first, (nuint)resources.Length, 0, queue);
        }

        Array.ForEach(resources, Librdkafka.DestroyResource);

        // The library answers by itself after socket.timeout.ms.
        var answer = Librdkafka.Poll(queue, -1);
        try
        {
            KafkaErrors.Check(Librdkafka.ErrorOf(answer));
            nuint count;
            var described = Librdkafka.DescribedResources(answer, &count);
            var settings = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
            for (nuint i = 0; i < count; i++)
            {
                if (connection.Names.TryTopicOf(KafkaErrors.Utf8(Librdkafka.NameOfResource(described[i])), out var topic))
                {
                    settings[topic] = SettingsOf(described[i]);
                }
            }

            return settings;
        }
        finally
        {
            Librdkafka.DestroyEvent(answer);
            Librdkafka.DestroyQueue(queue);
        }
    }

    // Of a topic that could not be looked at there are none.
    private static unsafe Dictionary<string, string> SettingsOf(nint resource)
    {
        nuint count;
        var entries = Librdkafka.SettingsOfResource(resource, &count);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        for (nuint i = 0; i < count; i++)
        {
            if (Librdkafka.ValueOfSetting(entries[i]) is var value && value is not null)
            {
                settings[KafkaErrors.Utf8(Librdkafka.NameOfSetting(entries[i]))] = KafkaErrors.Utf8(value);
            }
        }

        return settings;
    }
}
