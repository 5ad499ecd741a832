using EventBus.Transports;

namespace EventBus.Transactions;

/// <summary>
/// What is published during one attempt at an event: kept until the attempt has succeeded, then stored together with the event's settlement. It
/// stands in the place of the transport for whoever publishes.
/// </summary>
/// <remarks>Work that a handler leaves running may still publish when the attempt is over: that goes to the transport at once.</remarks>
internal sealed class Outbox(IEventTransport transport, ITransactionalConsumer consumer) : IEventTransport
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

        // With its bytes: what cannot be serialized fails here, and what changes later is not seen.
        var outgoing = new OutgoingEvent(topic, envelope.WithBytes());
        var check = consumer.CheckAsync(in outgoing, cancellationToken);
        return check.IsCompletedSuccessfully ? AddAsync(outgoing, cancellationToken) : AddAsync(check, outgoing, cancellationToken);
    }

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        return new ValueTask(AddAsync(topic, envelopes, positions, cancellationToken));
    }

    /// <summary>Ends an attempt that has failed: what it has published is forgotten.</summary>
    /// <returns>Where to put what takes the event's place.</returns>
    public Outbox Discard()
    {
        Close();
        return new Outbox(transport, consumer);
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

    private ValueTask<Position> AddAsync(in OutgoingEvent outgoing, CancellationToken cancellationToken) => TryAdd([outgoing])
        ? new ValueTask<Position>(new Position(outgoing.Topic, UnknownPartition, default))
        : transport.AppendAsync(outgoing.Topic, outgoing.Envelope, cancellationToken);

    private async ValueTask<Position> AddAsync(ValueTask check, OutgoingEvent outgoing, CancellationToken cancellationToken)
    {
        await check.ConfigureAwait(false);
        return await AddAsync(in outgoing, cancellationToken).ConfigureAwait(false);
    }

    private async Task AddAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken)
    {
        var added = new OutgoingEvent[envelopes.Length];
        for (var i = 0; i < added.Length; i++)
        {
            added[i] = new OutgoingEvent(topic, envelopes.Span[i].WithBytes());
            await consumer.CheckAsync(in added[i], cancellationToken).ConfigureAwait(false);
        }

        if (TryAdd(added))
        {
            positions.Span.Fill(new Position(topic, UnknownPartition, default));
        }
        else
        {
            await transport.AppendAsync(topic, envelopes, positions, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool TryAdd(ReadOnlySpan<OutgoingEvent> added)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            (_events ??= new List<OutgoingEvent>(added.Length)).AddRange(added);
            return true;
        }
    }
}
