namespace EventBus;

/// <summary>An event as it stands in a topic's log.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Envelope">The event with its metadata.</param>
public readonly record struct LogEntry(Position Position, Envelope Envelope);
