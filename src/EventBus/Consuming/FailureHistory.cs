using EventBus.Transports;

namespace EventBus.Consuming;

/// <summary>
/// What is known of an event that has failed, over its attempts, its stays in other topics and its redrives. Immutable; most events have none.
/// </summary>
internal sealed record FailureHistory
{
    /// <summary>When it failed for the first time; null for one that was redriven and has not failed since.</summary>
    public DateTimeOffset? FirstFailure { get; init; }

    /// <summary>How often it has been a dead letter and was sent again.</summary>
    public int Redrives { get; init; }

    /// <summary>Where it stood when it failed first; null while that is where it stands now.</summary>
    public Position? Origin { get; init; }

    /// <summary>The dead letter that it was, and whose place it takes; null where it was none.</summary>
    public Position? Letter { get; init; }

    /// <summary>The first dead letter of those whose place it takes in its key's order; null where it was none.</summary>
    public Position? Place { get; init; }

    /// <summary>When its data was replaced at a redrive; null where it was not.</summary>
    public DateTimeOffset? ReplacedAt { get; init; }

    /// <summary>Why the letter is to be discarded, where the event comes back only to say so; null otherwise.</summary>
    public string? DiscardReason { get; init; }

    /// <summary>The history that an event of an internal topic carries.</summary>
    public static FailureHistory Read(IReadOnlyDictionary<string, string> headers) => new()
    {
        FirstFailure = InternalHeaders.Time(headers, InternalHeaders.FirstFailure),
        Redrives = InternalHeaders.Number(headers, InternalHeaders.Redrives),
        Origin = InternalHeaders.PositionOf(headers, InternalHeaders.Origin),
        Letter = InternalHeaders.PositionOf(headers, InternalHeaders.Letter),
        Place = InternalHeaders.PositionOf(headers, InternalHeaders.Place),
        DiscardReason = InternalHeaders.Text(headers, InternalHeaders.Reason),
        ReplacedAt = InternalHeaders.Time(headers, InternalHeaders.Replaced),
    };
}
