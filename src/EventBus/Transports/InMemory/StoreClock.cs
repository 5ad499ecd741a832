namespace EventBus.Transports.InMemory;

/// <summary>
/// Tells when an event is stored. Where the publisher has just read the system's clock for it, that is the time, and the clock is not
/// read again: at a million events a second it would be a tenth of the cost. Times never go back.
/// </summary>
internal struct StoreClock(TimeProvider time)
{
    private readonly bool _isSystem = ReferenceEquals(time, TimeProvider.System);
    private long _last;

    /// <summary>The time of an event that is stored as soon as it was handed over.</summary>
    public long Stamp(in Envelope envelope) =>
        _isSystem && envelope.IsPresent ? _last = Math.Max(_last, envelope.UtcTicks) : Now();

    /// <summary>The time of an event that has had to wait.</summary>
    public long Now() => _last = Math.Max(_last, time.GetUtcNow().UtcTicks);
}
