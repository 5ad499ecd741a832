namespace EventBus.Transports.InMemory;

/// <summary>An event as a log keeps it.</summary>
internal struct LogRecord
{
    public Envelope Envelope;

    /// <summary>When the event was stored, in UTC ticks; never less than that of the event before.</summary>
    public long StoredTicks;
}
