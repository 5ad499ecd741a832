using EventBus.Transports;

namespace EventBus.Transactions;

/// <summary>
/// What is published during one attempt at an event: kept until the attempt has succeeded, then stored together with the event's settlement. It
/// stands in the place of the transport for whoever publishes.
/// </summary>
/// <remarks>Work that a handler leaves running may still publish when the attempt is over: that goes to the transport at once.</remarks>
internal sealed class Outbox(IEventTransport transport) : IEventTransport
{
    /// <summary>The partition in the position of an event that is not stored yet.</summary>
    public const int UnknownPartition = -1;

    private readonly Lock _lock = new();
    private List<OutgoingEvent>? _events;
    private bool _isClosed;

    public string Name => transport.Name;

    public ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Position>(cancellationToken);
        }

        return TryAdd(topic, [envelope])
            ? new ValueTask<Position>(new Position(topic, UnknownPartition, default))
            : transport.AppendAsync(topic, envelope, cancellationToken);
    }

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (!TryAdd(topic, envelopes.Span))
        {
            return transport.AppendAsync(topic, envelopes, positions, cancellationToken);
        }

        positions.Span.Fill(new Position(topic, UnknownPartition, default));
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends an attempt that has failed: what it has published is forgotten.</summary>
    /// <returns>Where to put what takes the event's place.</returns>
    public Outbox Discard()
    {
        Close();
        return new Outbox(transport);
    }

    /// <summary>Ends the attempt.</summary>
    /// <returns>What it has published.</returns>
    public IReadOnlyList<OutgoingEvent> Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            return (IReadOnlyList<OutgoingEvent>?)_events ?? [];
        }
    }

    public ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken) =>
        transport.OpenConsumerAsync(request, cancellationToken);

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken) =>
        transport.ReadAsync(topic, from, follow, cancellationToken);

    /// <summary>The transport is not its own.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // With its bytes, outside of the lock: what cannot be serialized fails where it is published, and what changes later is not seen.
    private bool TryAdd(string topic, ReadOnlySpan<Envelope> envelopes)
    {
        var added = new OutgoingEvent[envelopes.Length];
        for (var i = 0; i < added.Length; i++)
        {
            added[i] = new OutgoingEvent(topic, envelopes[i].WithBytes());
        }

        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            (_events ??= []).AddRange(added);
            return true;
        }
    }
}
