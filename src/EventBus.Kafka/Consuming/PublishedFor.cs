using EventBus.Transactions;

namespace EventBus.Kafka.Consuming;

/// <summary>What was published for an event that is settled.</summary>
/// <param name="Offset">The event's place.</param>
/// <param name="Events">In their order.</param>
internal readonly record struct PublishedFor(long Offset, IReadOnlyList<OutgoingEvent> Events);
