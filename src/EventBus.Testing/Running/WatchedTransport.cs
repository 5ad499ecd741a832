using System.Collections.Concurrent;
using EventBus.DeadLetters;
using EventBus.Transports;
using EventBus.Transports.InMemory;

namespace EventBus.Testing.Running;

/// <summary>The harness's transport: tells what is published, and how much each group has yet to receive and to settle.</summary>
/// <param name="inner">What carries the events.</param>
/// <param name="memory">What they are carried by in the end, past all faults.</param>
/// <param name="conductor">Whom to tell.</param>
/// <param name="journal">Where to write down.</param>
/// <param name="time">The clock.</param>
internal sealed class WatchedTransport(
    IEventTransport inner, ILagTransport memory, Conductor conductor, Journal journal, TimeProvider time)
    : IEventTransport, ISeekableTransport, ILagTransport
{
    private readonly ConcurrentDictionary<string, WatchedConsumer> _consumers = new(StringComparer.Ordinal);

    /// <summary>How many events the groups that run have yet to settle.</summary>
    public long Unsettled => _consumers
        .Where(consumer => !consumer.Value.IsClosedForGood)
        .Sum(consumer => Lag(consumer.Key).Sum(static partition => partition.Count));

    /// <summary>How many events a group could receive now.</summary>
    public long Unread(string group) => _consumers.TryGetValue(group, out var consumer)
        ? Lag(group).Where(partition => !consumer.IsPaused(partition)).Sum(static partition => partition.Count) - consumer.Unsettled
        : 0;

    public async ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken)
    {
        var position = await inner.AppendAsync(topic, envelope, cancellationToken).ConfigureAwait(false);
        Note(envelope, position);
        return position;
    }

    public async ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken)
    {
        await inner.AppendAsync(topic, envelopes, positions, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < envelopes.Length; i++)
        {
            Note(envelopes.Span[i], positions.Span[i]);
        }
    }

    public async ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken)
    {
        var consumer = await inner.OpenConsumerAsync(request, cancellationToken).ConfigureAwait(false);
        return _consumers[request.Group] = new WatchedConsumer(consumer, request.Group, conductor, new InMemoryTransactions(this, time));
    }

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken) =>
        inner.ReadAsync(topic, from, follow, cancellationToken);

    public ValueTask SeekAsync(string group, string topic, SeekTarget target, CancellationToken cancellationToken) =>
        ((ISeekableTransport)inner).SeekAsync(group, topic, target, cancellationToken);

    public ValueTask<IReadOnlyList<PartitionLag>> GetLagAsync(string group, CancellationToken cancellationToken) =>
        ((ILagTransport)inner).GetLagAsync(group, cancellationToken);

    public ValueTask ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    public ValueTask TrimAsync(Position before, CancellationToken cancellationToken) => inner.TrimAsync(before, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    // The embedded transport answers at once.
    private IReadOnlyList<PartitionLag> Lag(string group) => memory.GetLagAsync(group, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private void Note(in Envelope envelope, Position position)
    {
        var headers = envelope.Metadata.Headers;
        if (!InternalTopics.IsInternal(position.Topic))
        {
            if (envelope.Value is { } @event)
            {
                journal.Publish(@event, envelope, position);
            }
        }
        else if (InternalHeaders.Text(headers, InternalHeaders.State) == nameof(DeadLetterState.Dead)
            && InternalHeaders.Text(headers, InternalHeaders.Group) is { } group
            && InternalHeaders.PositionOf(headers, InternalHeaders.Origin) is { } origin)
        {
            journal.GiveUp(group, origin);
        }
    }
}
