using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Topics;

/// <summary>Asks the cluster for topics and makes them.</summary>
internal sealed partial class TopicLookup(KafkaConnection connection, ClusterClient cluster)
{
    private const int DefaultPartitions = 4;
    private const int BrokersDefault = -1;
    private const int ErrorLength = 512;

    // Short enough that a caller whose time is over notices soon, long enough for brokers that are busy.
    private static readonly TimeSpan s_requestTimeout = TimeSpan.FromSeconds(5);
    private readonly TopicSettings _settings = new(connection.Options);

    /// <summary>All topics of the bus, with their numbers of partitions.</summary>
    public async Task<Dictionary<string, int>> ListAsync(CancellationToken cancellationToken) =>
        (await DescribeAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(
            static topic => topic.Key, static topic => topic.Value.Partitions, StringComparer.Ordinal);

    /// <summary>A topic's number of partitions; 0 where it is not there, or not ready yet.</summary>
    public Task<int> FindAsync(string topic, CancellationToken cancellationToken)
    {
        var name = connection.Names.Topic(topic);
        return cluster.RunAsync(client => Find(client, name), cancellationToken);
    }

    /// <summary>Makes a topic as the settings say. It is there, with partitions, some time after that.</summary>
    public async Task CreateAsync(string topic, CancellationToken cancellationToken)
    {
        var code = await cluster.RunAsync(client => Create(client, topic), cancellationToken).ConfigureAwait(false);
        if (code == ErrorCode.Local_UnsupportedFeature)
        {
            // Brokers that make topics only by being asked for them.
            var name = connection.Names.Topic(topic);
            await cluster.RunAsync(
                _ =>
                {
                    using var asking = connection.CreateClient(("allow.auto.create.topics", "true"));
                    return Find(asking.Handle, name);
                },
                cancellationToken).ConfigureAwait(false);
        }
        else if (code == ErrorCode.NoError)
        {
            connection.Log.TopicMade(topic, _settings.Partitions(topic) ?? DefaultPartitions);
        }
    }

    private unsafe int Find(nint client, string name)
    {
        var topic = Librdkafka.NewTopic(client, name, 0);
        if (topic == 0)
        {
            throw Failed((ErrorCode)Librdkafka.LastError(), $"Topic '{name}' could not be asked for");
        }

        ClusterMetadata* metadata = null;
        try
        {
            Check(Librdkafka.GetMetadata(client, 0, topic, &metadata, Milliseconds(s_requestTimeout)), $"Topic '{name}' could not be asked for");
            if (metadata->TopicCount == 0)
            {
                return 0;
            }

            ref readonly var found = ref metadata->Topics[0];
            switch ((ErrorCode)found.Error)
            {
                case ErrorCode.UnknownTopicOrPart or ErrorCode.LeaderNotAvailable:
                    return 0;
                case ErrorCode.NoError:
                    return found.PartitionCount;
                default:
                    throw Failed((ErrorCode)found.Error, $"Topic '{name}' cannot be used");
            }
        }
        finally
        {
            if (metadata is not null)
            {
                Librdkafka.DestroyMetadata(metadata);
            }

            Librdkafka.DestroyTopic(topic);
        }
    }

    private unsafe ErrorCode Create(nint client, string topic)
    {
        var name = connection.Names.Topic(topic);
        var error = stackalloc byte[ErrorLength];
        var specification = Librdkafka.NewTopicSpecification(
            name, _settings.Partitions(topic) ?? DefaultPartitions, _settings.ReplicationFactor(topic) ?? BrokersDefault, error, ErrorLength);
        if (specification == 0)
        {
            throw new EventBusException($"Topic '{name}' could not be made: {KafkaErrors.Utf8(error)}");
        }

        foreach (var (setting, value) in _settings.Of(topic))
        {
            _ = Librdkafka.SetTopicSetting(specification, setting, value);
        }

        var queue = Librdkafka.NewQueue(client);
        Librdkafka.CreateTopics(client, &specification, 1, 0, queue);
        Librdkafka.DestroyTopicSpecification(specification);

        // The library answers by itself after socket.timeout.ms.
        var answer = Librdkafka.Poll(queue, -1);
        try
        {
            nuint count = 0;
            var code = (ErrorCode)Librdkafka.ErrorOf(answer);
            var text = code == ErrorCode.NoError ? "" : KafkaErrors.Utf8(Librdkafka.ErrorTextOf(answer));
            var topics = code == ErrorCode.NoError ? Librdkafka.CreatedTopics(answer, &count) : null;
            if (count > 0)
            {
                code = (ErrorCode)Librdkafka.ErrorOfTopic(topics[0]);
                text = KafkaErrors.Utf8(Librdkafka.ErrorTextOfTopic(topics[0]));
            }

            return code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists or ErrorCode.Local_UnsupportedFeature
                ? code
                : throw ClusterErrors.Failed(new ClusterError(code, text), $"Topic '{name}' could not be made", connection, cluster);
        }
        finally
        {
            Librdkafka.DestroyEvent(answer);
            Librdkafka.DestroyQueue(queue);
        }
    }

    private void Check(int code, string what)
    {
        if (code != 0)
        {
            throw Failed((ErrorCode)code, what);
        }
    }

    private EventBusException Failed(ErrorCode code, string what) =>
        ClusterErrors.Failed(new ClusterError(code, KafkaErrors.Text((int)code)), what, connection, cluster);

    private static int Milliseconds(TimeSpan time) => (int)time.TotalMilliseconds;
}
