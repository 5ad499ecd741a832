namespace EventBus.DeadLetters;

/// <summary>Which dead letters are meant, and in which order. Without anything said, all that are dead, the oldest first.</summary>
public sealed record DeadLetterQuery
{
    /// <summary>These alone.</summary>
    /// <value>The default is null: any.</value>
    public IReadOnlyCollection<Position>? Positions { get; init; }

    /// <summary>Events of one contract name.</summary>
    /// <value>The default is null: any.</value>
    public string? EventType { get; init; }

    /// <summary>The full name of an exception's type, or its end: <c>TimeoutException</c> finds <c>System.TimeoutException</c>.</summary>
    /// <value>The default is null: any.</value>
    public string? ExceptionType { get; init; }

    /// <summary>Events of one key.</summary>
    /// <value>The default is null: any.</value>
    public string? Key { get; init; }

    /// <summary>The earliest time of the last failure, inclusive.</summary>
    /// <value>The default is null: no limit.</value>
    public DateTimeOffset? From { get; init; }

    /// <summary>The latest time of the last failure, exclusive.</summary>
    /// <value>The default is null: no limit.</value>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether events that wait behind a dead one of their key are meant too.</summary>
    /// <value>The default is false.</value>
    public bool IncludeParked { get; init; }

    /// <summary>Those that have been redriven or discarded, as far as the transport still has them, in place of those that are dead.</summary>
    /// <value>The default is false.</value>
    public bool Settled { get; init; }

    /// <summary>Whether the newest failure comes first.</summary>
    /// <value>The default is false: the oldest first.</value>
    public bool NewestFirst { get; init; }

    /// <summary>The position of the last dead letter of the page before; what comes behind it in the same order follows.</summary>
    /// <value>The default is null: from the start.</value>
    public Position? After { get; init; }

    /// <summary>How many at most; 1 or more.</summary>
    /// <value>The default is null: no limit.</value>
    public int? Limit { get; init; }
}
