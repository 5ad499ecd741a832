namespace EventBus.Transports.InMemory;

internal sealed partial class InMemoryTransport
{
    // Returns a completed task without being async where there is room: that is the way of nearly every event.
    public ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken)
    {
        if (_closingToken.IsCancellationRequested)
        {
            return ValueTask.FromException<Position>(Disposed());
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Position>(cancellationToken);
        }

        if (_broker.Settings.RoundTrip)
        {
            envelope = envelope.ToBytes();
        }

        var log = _broker.Topic(topic).LogFor(envelope.Key);
        return log.TryAppend(in envelope, out var offset)
            ? new ValueTask<Position>(log.PositionOf(offset))
            : AppendWaitingAsync(log, envelope, cancellationToken);
    }

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken)
    {
        if (positions.Length != envelopes.Length)
        {
            throw new ArgumentException("There must be as many positions as envelopes.", nameof(positions));
        }

        if (_closingToken.IsCancellationRequested)
        {
            return ValueTask.FromException(Disposed());
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (_broker.Settings.RoundTrip)
        {
            envelopes = Array.ConvertAll(envelopes.ToArray(), static envelope => envelope.ToBytes());
        }

        var found = _broker.Topic(topic);
        var unkeyed = found.NextUnkeyed();
        var count = found.TryAppend(envelopes.Span, positions.Span, unkeyed);
        return count == envelopes.Length
            ? ValueTask.CompletedTask
            : AppendRestAsync(found, unkeyed, envelopes[count..], positions[count..], cancellationToken);
    }

    private async ValueTask<Position> AppendWaitingAsync(PartitionLog log, Envelope envelope, CancellationToken cancellationToken)
    {
        var position = new Position[1];
        var pending = new PendingAppend(log, new[] { envelope }, position);
        await log.AppendWaitingAsync(pending, _closingToken, cancellationToken).ConfigureAwait(false);
        return position[0];
    }

    private async ValueTask AppendRestAsync(
        MemoryTopic topic,
        PartitionLog unkeyed,
        ReadOnlyMemory<Envelope> envelopes,
        Memory<Position> positions,
        CancellationToken cancellationToken)
    {
        while (!envelopes.IsEmpty)
        {
            var log = topic.LogFor(in envelopes.Span[0], unkeyed);
            var run = topic.RunLength(envelopes.Span, log, unkeyed);
            var pending = new PendingAppend(log, envelopes[..run], positions[..run]);
            await log.AppendWaitingAsync(pending, _closingToken, cancellationToken).ConfigureAwait(false);

            var count = run + topic.TryAppend(envelopes.Span[run..], positions.Span[run..], unkeyed);
            envelopes = envelopes[count..];
            positions = positions[count..];
        }
    }
}
