using System.Runtime.CompilerServices;
using EventBus.Catalog;
using EventBus.Transports;

namespace EventBus.Hosting;

/// <inheritdoc cref="IEventLog"/>
internal sealed class EventLog(Bus bus, EventCatalog catalog) : IEventLog
{
    public async IAsyncEnumerable<LogEntry> ReadAsync(
        string topic, SeekTarget from, bool follow = false, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Check(topic, from);
        await foreach (var entry in bus.Transport.ReadAsync(topic, from, follow, cancellationToken).ConfigureAwait(false))
        {
            yield return catalog.Owns(entry.Envelope) ? entry : entry with { Envelope = Decode(entry.Envelope) };
        }
    }

    public ValueTask SeekAsync(
        string subscription, string topic, SeekTarget target, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(subscription);
        Check(topic, target);
        return bus.Transport is ISeekableTransport seekable
            ? seekable.SeekAsync(subscription, topic, target, cancellationToken)
            : throw new EventBusException($"The transport {bus.Transport.GetType().Name} cannot move a subscription.");
    }

    public ValueTask<IReadOnlyList<PartitionLag>> GetLagAsync(string subscription, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(subscription);
        return bus.Transport is ILagTransport lag
            ? lag.GetLagAsync(subscription, cancellationToken)
            : throw new EventBusException($"The transport {bus.Transport.GetType().Name} cannot tell a subscription's lag.");
    }

    // Whoever looks through a log must get past what cannot be decoded, and see its bytes.
    private Envelope Decode(Envelope envelope)
    {
        if (catalog.FindReader(envelope.Metadata) is not { } reader)
        {
            return envelope;
        }

        try
        {
            var value = reader.Decode(envelope);
            return ReferenceEquals(value, envelope.Value) ? envelope : AsBytes(envelope).WithValue(value);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return AsBytes(envelope);
        }
    }

    private static Envelope AsBytes(Envelope envelope) => envelope.Value is null ? envelope : envelope.ToBytes();

    private static void Check(string topic, SeekTarget target)
    {
        if (TopicPattern.Problem(topic) is { } problem)
        {
            throw new ArgumentException($"The topic '{topic}' {problem}.", nameof(topic));
        }

        if (target.Position is { } position && !string.Equals(position.Topic, topic, StringComparison.Ordinal))
        {
            throw new ArgumentException($"The position {position} is not in the topic '{topic}'.", nameof(target));
        }
    }
}
