using System.Collections.Concurrent;

namespace EventBus.Transports.InMemory;

/// <summary>One bus's way into a broker. Disposing it ends what this bus has under way, and leaves the broker to the others.</summary>
internal sealed partial class InMemoryTransport : IEventTransport, ISeekableTransport, ILagTransport
{
    private readonly InMemoryBroker _broker;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationToken _closingToken;
    private readonly ConcurrentDictionary<InMemoryConsumer, byte> _consumers = new();
    private bool _isDisposed;

    public InMemoryTransport(InMemoryBroker broker)
    {
        _broker = broker;
        _closingToken = _closing.Token;
    }

    public static ObjectDisposedException Disposed() => new(
        nameof(IEventTransport), "The in-memory transport has been disposed: the bus has stopped for good, and nothing was stored.");

    public ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfClosed();
        var consumer = _broker.Join(this, request);
        _consumers.TryAdd(consumer, 0);
        return _closingToken.IsCancellationRequested
            ? RefuseAsync(consumer)
            : new ValueTask<ITransportConsumer>(consumer);
    }

    public async ValueTask SeekAsync(string group, string topic, SeekTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(topic);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfClosed();
        CheckPosition(topic, target);
        await _broker.SeekAsync(group, topic, target).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<PartitionLag>> GetLagAsync(string group, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        ThrowIfClosed();
        return new ValueTask<IReadOnlyList<PartitionLag>>(_broker.Lag(group));
    }

    public ValueTask TrimAsync(Position before, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        if (InternalTopics.IsInternal(before.Topic) && _broker.FindTopic(before.Topic) is { } topic && before.Partition < topic.Logs.Length)
        {
            topic.Logs[before.Partition].ReleaseBefore((long)before.Offset.Major);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (var consumer in _consumers.Keys)
        {
            await consumer.DisposeAsync().ConfigureAwait(false);
        }

        _closing.Dispose();
    }

    public void Closed(InMemoryConsumer consumer) => _consumers.TryRemove(consumer, out _);

    private void CheckPosition(string topic, SeekTarget target)
    {
        if (target.Position is not { } position)
        {
            return;
        }

        if (!string.Equals(position.Topic, topic, StringComparison.Ordinal))
        {
            throw new EventBusException(
                $"The position {position} is not in topic '{topic}'. Seek in the position's own topic.");
        }

        var partitions = _broker.Settings.PartitionsOf(topic);
        if (position.Partition >= partitions)
        {
            throw new EventBusException($"The position {position} does not exist: topic '{topic}' has {partitions} partitions.");
        }
    }

    // The transport was disposed while the consumer joined, and may have missed it.
    private static async ValueTask<ITransportConsumer> RefuseAsync(InMemoryConsumer consumer)
    {
        await consumer.DisposeAsync().ConfigureAwait(false);
        throw Disposed();
    }

    private void ThrowIfClosed()
    {
        if (_closingToken.IsCancellationRequested)
        {
            throw Disposed();
        }
    }
}
