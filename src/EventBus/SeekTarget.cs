namespace EventBus;

/// <summary>A place to start reading from, or to move a subscription to.</summary>
public readonly record struct SeekTarget
{
    private SeekTarget(bool latest, DateTimeOffset? time, Position? position)
    {
        IsLatest = latest;
        Time = time;
        Position = position;
    }

    /// <summary>Before the oldest event that is still kept. Also the default of this type.</summary>
    public static SeekTarget Earliest => default;

    /// <summary>After the newest event.</summary>
    public static SeekTarget Latest { get; } = new(true, null, null);

    /// <summary>At the first event stored at or after a moment, in each partition.</summary>
    public static SeekTarget At(DateTimeOffset time) => new(false, time, null);

    /// <summary>At one event (which is then read again). Other partitions are left where they are, or read from the earliest.</summary>
    public static SeekTarget At(Position position) => new(false, null, position);

    /// <summary>Whether this is <see cref="Earliest"/>.</summary>
    public bool IsEarliest => !IsLatest && Time is null && Position is null;

    /// <summary>Whether this is <see cref="Latest"/>.</summary>
    public bool IsLatest { get; }

    /// <summary>The moment, if this is a moment.</summary>
    public DateTimeOffset? Time { get; }

    /// <summary>The position, if this is a position.</summary>
    public Position? Position { get; }

    /// <summary>For messages: earliest, latest, the time or the position.</summary>
    public override string ToString() =>
        IsLatest ? "latest" : Time is { } time ? time.ToString("O", null) : Position is { } position ? position.ToString() : "earliest";
}
