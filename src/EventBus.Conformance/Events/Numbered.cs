namespace EventBus.Conformance.Events;

/// <summary>What tests find in any of the suite's events that carry a number.</summary>
internal interface INumbered
{
    int Number { get; }
}

/// <summary>The event of most tests. The numbers of a key grow in the order in which they are published.</summary>
internal sealed record Numbered(int Number, string? Key = null) : INumbered
{
    /// <summary>Events of one key.</summary>
    public static Numbered[] OfOneKey(int count, int from = 0) => OfKeys(1, count, from);

    /// <summary>Events that go round a number of keys.</summary>
    public static Numbered[] OfKeys(int keys, int count, int from = 0) =>
        [.. Enumerable.Range(from, count).Select(number => new Numbered(number, $"key-{number % keys}"))];

    /// <summary>Events without a key.</summary>
    public static Numbered[] WithoutKey(int count) => [.. Enumerable.Range(0, count).Select(number => new Numbered(number))];
}
