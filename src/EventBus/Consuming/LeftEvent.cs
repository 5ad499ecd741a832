namespace EventBus.Consuming;

/// <summary>What is kept of an event that was left on the transport: where it is, and what was known of it.</summary>
internal readonly record struct LeftEvent(Offset Offset, int PreviousAttempts, DateTimeOffset? FirstFailure);
