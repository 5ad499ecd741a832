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
            yield return catalog.Owns(entry.Envelope) ? entry : entry with { Envelope = catalog.DecodedOrBytes(entry.Envelope) };
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
