using EventBus.Transports;

namespace EventBus.DeadLetters;

/// <summary>An event that a group has given up, or that waits behind one of its key, as it stands in the group's dead letters. Immutable.</summary>
public sealed class DeadLetter
{
    private readonly IReadOnlyDictionary<string, string> _headers;

    internal DeadLetter(in LogEntry entry, DeadLetterState state, DateTimeOffset? settledAt = null, string? reason = null)
    {
        _headers = entry.Envelope.Metadata.Headers;
        Position = entry.Position;
        StoredKey = entry.Envelope.Key!;
        Envelope = entry.Envelope.WithKey(_headers.ContainsKey(InternalHeaders.Unkeyed) ? null : StoredKey)
            .WithHeaders(InternalHeaders.Strip(_headers));
        State = state;
        SettledAt = settledAt;
        Reason = reason;
    }

    /// <summary>Where the dead letter stands in its group's own topic; what names it in <see cref="IDeadLetters"/>.</summary>
    public Position Position { get; }

    /// <summary>The event as it was published: its bytes, headers, id and times are untouched.</summary>
    public Envelope Envelope { get; private set; }

    /// <summary>The group that gave it up.</summary>
    public string Subscription => Text(InternalHeaders.Group);

    /// <summary>The handler that failed last; empty for an event that waits behind another, which no handler has seen.</summary>
    public string Handler => Text(InternalHeaders.Handler);

    /// <summary>The full name of the exception's type; empty for an event that waits behind another.</summary>
    public string ExceptionType => Text(InternalHeaders.ExceptionType);

    /// <summary>The exception's message.</summary>
    public string ExceptionMessage => Text(InternalHeaders.ExceptionMessage);

    /// <summary>The exception with its stack and its inner exceptions, as it prints itself.</summary>
    public string StackTrace => Text(InternalHeaders.StackTrace);

    /// <summary>How many attempts there have been since it was published or last redriven.</summary>
    public int Attempts => InternalHeaders.Number(_headers, InternalHeaders.Attempts);

    /// <summary>Where the event stood when it was published.</summary>
    public Position Origin => InternalHeaders.PositionOf(_headers, InternalHeaders.Origin) ?? Position;

    /// <summary>When the first attempt failed.</summary>
    public DateTimeOffset FirstFailure => InternalHeaders.Time(_headers, InternalHeaders.FirstFailure) ?? LastFailure;

    /// <summary>When the last attempt failed; for an event that waits behind another, since when it has.</summary>
    public DateTimeOffset LastFailure => InternalHeaders.Time(_headers, InternalHeaders.LastFailure) ?? Envelope.Time;

    /// <summary>How often the event had been redriven when it failed: 0 for the first time.</summary>
    public int Redrives => InternalHeaders.Number(_headers, InternalHeaders.Redrives);

    /// <summary>When the data was replaced at a redrive, so that it is not what was published; null where it was not.</summary>
    public DateTimeOffset? ReplacedAt => InternalHeaders.Time(_headers, InternalHeaders.Replaced);

    /// <summary>Whether the event has not failed, but waits behind a dead letter of its key.</summary>
    public bool IsParked => State == DeadLetterState.Parked;

    /// <summary>When it was redriven or discarded; null while it is dead.</summary>
    public DateTimeOffset? SettledAt { get; }

    /// <summary>Why it was discarded, or how its data was changed at the redrive; null where nothing was said.</summary>
    public string? Reason { get; }

    internal DeadLetterState State { get; }

    /// <summary>The key that it is stored under; never null.</summary>
    internal string StoredKey { get; }

    /// <summary>Its place in its key's order.</summary>
    internal Position Place => InternalHeaders.PositionOf(_headers, InternalHeaders.Place) ?? Position;

    /// <summary>Whether its group keeps the order of a key behind a dead letter.</summary>
    internal bool KeepsKeyOrder => _headers.ContainsKey(InternalHeaders.KeyOrder);

    /// <summary>For messages: what failed, where, and why.</summary>
    public override string ToString() =>
        $"{Envelope.Type} {Envelope.Id} in {Subscription} after {Attempts} attempts: {ExceptionType}: {ExceptionMessage}";

    internal DeadLetter With(in Envelope envelope)
    {
        var copy = (DeadLetter)MemberwiseClone();
        copy.Envelope = envelope;
        return copy;
    }

    private string Text(string name) => InternalHeaders.Text(_headers, name) ?? string.Empty;
}
