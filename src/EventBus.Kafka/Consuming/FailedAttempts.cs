namespace EventBus.Kafka.Consuming;

/// <summary>An event that has failed, and is to be tried again.</summary>
/// <param name="Offset">The event.</param>
/// <param name="Attempts">How many attempts have failed.</param>
/// <param name="First">When the first one did.</param>
internal readonly record struct FailedAttempts(long Offset, int Attempts, DateTimeOffset First);
