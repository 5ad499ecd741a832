namespace EventBus.Kafka.Publishing;

/// <summary>A topic that is published to. Calls wait, in their order, until it is known to be there.</summary>
/// <param name="name">The bus's name.</param>
/// <param name="clusterName">The cluster's.</param>
internal sealed class PublishTopic(string name, string clusterName)
{
    private TopicHandle? _handle;
    private bool _isReady;

    public string Name => name;

    public string ClusterName => clusterName;

    /// <summary>Whether it is known to be there.</summary>
    public bool IsReady
    {
        get => Volatile.Read(ref _isReady);
        set => Volatile.Write(ref _isReady, value);
    }

    /// <summary>Why it could not be asked for when that was last tried.</summary>
    public PublishFailure? Failure { get; set; }

    /// <summary>The calls that wait for it; under the lock of <see cref="TopicGate"/>.</summary>
    public Queue<PendingCall> Waiting { get; } = new();

    /// <summary>What the producer calls it.</summary>
    public nint HandleOf(Producer producer)
    {
        var handle = Volatile.Read(ref _handle);
        if (handle?.Producer != producer)
        {
            Volatile.Write(ref _handle, handle = new TopicHandle(producer, producer.Client.Topic(clusterName)));
        }

        return handle.Value;
    }

    private sealed record TopicHandle(Producer Producer, nint Value);
}
