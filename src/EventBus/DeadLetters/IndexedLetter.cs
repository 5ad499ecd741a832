using EventBus.Transports;

namespace EventBus.DeadLetters;

/// <summary>A dead letter in the index: where it is, what a query looks at, and what became of it.</summary>
internal sealed class IndexedLetter
{
    public IndexedLetter(in LogEntry entry, DeadLetterState state)
    {
        var headers = entry.Envelope.Metadata.Headers;
        Position = entry.Position;
        State = state;
        Key = headers.ContainsKey(InternalHeaders.Unkeyed) ? null : entry.Envelope.Key;
        EventType = entry.Envelope.Type;
        ExceptionType = InternalHeaders.Text(headers, InternalHeaders.ExceptionType) ?? string.Empty;
        At = InternalHeaders.Time(headers, InternalHeaders.LastFailure) ?? entry.Envelope.Time;
        Place = InternalHeaders.PositionOf(headers, InternalHeaders.Place) ?? entry.Position;
        Origin = InternalHeaders.PositionOf(headers, InternalHeaders.Origin);
        KeepsKeyOrder = headers.ContainsKey(InternalHeaders.KeyOrder);
    }

    public Position Position { get; }

    public string? Key { get; }

    public string EventType { get; }

    public string ExceptionType { get; }

    /// <summary>When it failed last, or began to wait.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Its place in the order of its key: its own position, or that of the letter that it takes the place of.</summary>
    public Position Place { get; }

    /// <summary>Where the event stood when it was published.</summary>
    public Position? Origin { get; }

    public bool KeepsKeyOrder { get; }

    public DeadLetterState State { get; private set; }

    public DateTimeOffset? SettledAt { get; private set; }

    public string? Reason { get; private set; }

    /// <summary>Whether an operator may have to do something about it.</summary>
    public bool IsOpen => State is DeadLetterState.Dead or DeadLetterState.Parked;

    /// <summary>Notes what became of it. What an operator did stays visible when the event has been handled after all.</summary>
    public void Settle(DeadLetterState state, in Envelope record)
    {
        if (State is DeadLetterState.Redriven && state is DeadLetterState.Handled)
        {
            return;
        }

        var known = record.Metadata is not null;
        State = state;
        SettledAt = known ? record.Time : At;
        Reason = known ? InternalHeaders.Text(record.Metadata!.Headers, InternalHeaders.Reason) : null;
    }
}
