namespace EventBus;

/// <summary>The topics as logs: reading without a group, moving a subscription, and telling how far behind it is.</summary>
public interface IEventLog
{
    /// <summary>Reads a topic without a group: nothing is settled and no subscription is touched.</summary>
    /// <param name="topic">The topic's name; not a pattern. A topic that does not exist has no events.</param>
    /// <param name="from">Where to start. A position reads its own partition only.</param>
    /// <param name="follow">
    /// False reads up to the events that were there at the call, and ends; true goes on with new ones until it is cancelled.
    /// </param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The events, in order within each partition, with their <see cref="Envelope.Value"/> decoded; it is null where the type is
    /// not registered or the data cannot be decoded, and the bytes are in <see cref="Envelope.Data"/>.</returns>
    IAsyncEnumerable<LogEntry> ReadAsync(
        string topic, SeekTarget from, bool follow = false, CancellationToken cancellationToken = default);

    /// <summary>
    /// Moves a subscription, running or stopped, on this bus or another, or one that has never run. Other subscriptions are not
    /// touched. Running handlers of it end first; later events are handled again, or skipped, from the new place on.
    /// </summary>
    /// <remarks>Not to be awaited in one of the subscription's own handlers, for which it would wait.</remarks>
    /// <param name="subscription">The subscription's name.</param>
    /// <param name="topic">The topic to move it in; its other topics stay where they are.</param>
    /// <param name="target">Where to go on. A position moves only its own partition.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="EventBusException">The transport cannot move a group.</exception>
    ValueTask SeekAsync(string subscription, string topic, SeekTarget target, CancellationToken cancellationToken = default);

    /// <summary>
    /// Tells how far a subscription is behind, for each partition that it has a position in; empty for one that the transport does not know.
    /// </summary>
    /// <exception cref="EventBusException">The transport cannot tell.</exception>
    ValueTask<IReadOnlyList<PartitionLag>> GetLagAsync(string subscription, CancellationToken cancellationToken = default);
}
