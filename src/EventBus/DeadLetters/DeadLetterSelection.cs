namespace EventBus.DeadLetters;

/// <summary>Which letters of an index a query means, in its order.</summary>
internal static class DeadLetterSelection
{
    /// <exception cref="EventBusException">The letter that the page is to begin after is not there any more.</exception>
    public static List<IndexedLetter> Of(DeadLetterIndex index, DeadLetterQuery query)
    {
        if (query.Limit < 1)
        {
            throw new ArgumentException($"A page has 1 dead letter or more, not {query.Limit}.", nameof(query));
        }

        var chosen = index.Letters.Where(letter => IsMeant(letter, query));
        if (query.After is { } after)
        {
            var last = index.Find(after)
                ?? throw new EventBusException($"The dead letter {after} is not there any more, so no page can follow it. Begin again.");
            chosen = chosen.Where(letter => Compare(letter, last) * (query.NewestFirst ? -1 : 1) > 0);
        }

        var ordered = query.NewestFirst ? chosen.OrderDescending(Order) : chosen.Order(Order);
        return [.. ordered.Take(query.Limit ?? int.MaxValue)];
    }

    private static Comparer<IndexedLetter> Order { get; } = Comparer<IndexedLetter>.Create(Compare);

    private static int Compare(IndexedLetter x, IndexedLetter y)
    {
        var byTime = x.At.CompareTo(y.At);
        return byTime != 0 ? byTime : PositionOrder.Instance.Compare(x.Position, y.Position);
    }

    private static bool IsMeant(IndexedLetter letter, DeadLetterQuery query) =>
        (query.Settled ? letter.State is DeadLetterState.Redriven or DeadLetterState.Discarded
            : letter.State is DeadLetterState.Dead || (letter.State is DeadLetterState.Parked && query.IncludeParked))
        && query.Positions?.Contains(letter.Position) != false
        && (query.EventType is null || query.EventType == letter.EventType)
        && (query.ExceptionType is null || IsNamed(letter.ExceptionType, query.ExceptionType))
        && (query.Key is null || query.Key == letter.Key)
        && !(letter.At < query.From)
        && !(letter.At >= query.To);

    private static bool IsNamed(string type, string name) =>
        type == name || (type.Length > name.Length && type.EndsWith(name, StringComparison.Ordinal) && type[^(name.Length + 1)] is '.' or '+');
}
