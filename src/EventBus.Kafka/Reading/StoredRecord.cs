namespace EventBus.Kafka.Reading;

/// <summary>A record as it was read.</summary>
/// <param name="Entry">The event.</param>
/// <param name="StoredAt">When it was stored.</param>
internal readonly record struct StoredRecord(LogEntry Entry, DateTimeOffset StoredAt);
