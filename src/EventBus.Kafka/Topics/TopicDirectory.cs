using EventBus.Kafka.Connections;

namespace EventBus.Kafka.Topics;

/// <summary>Which topics there are and how many partitions each has; makes those that are missing, where the settings say so.</summary>
/// <remarks>Names are the bus's. What is known is looked up again every <see cref="KafkaOptions.TopicRefreshInterval"/>, since partitions can be added.</remarks>
internal sealed class TopicDirectory(KafkaConnection connection) : IAsyncDisposable
{
    private readonly KafkaConnection _connection = connection;

    /// <summary>Tells the number of partitions of a topic that is known already.</summary>
    public bool TryGetPartitions(string topic, out int partitions) =>
        throw new NotSupportedException($"{_connection.Names.Topic(topic)}: to come.");

    /// <summary>The number of partitions of a topic, which is made if it is not there and topics are made.</summary>
    /// <exception cref="EventBusException">The brokers are away or refuse, or the topic is not there and is not made.</exception>
    public ValueTask<int> GetPartitionsAsync(string topic, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The number of partitions of a topic; 0 where it is not there, which makes nothing.</summary>
    /// <exception cref="EventBusException">The brokers are away or refuse.</exception>
    public ValueTask<int> FindPartitionsAsync(string topic, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>All topics of the bus that are in the cluster, its own ones among them, with their numbers of partitions.</summary>
    /// <exception cref="EventBusException">The brokers are away or refuse.</exception>
    public ValueTask<IReadOnlyDictionary<string, int>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
