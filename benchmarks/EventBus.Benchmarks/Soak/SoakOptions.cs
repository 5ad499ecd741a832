namespace EventBus.Benchmarks.Soak;

/// <summary>How long the run lasts, and what it does meanwhile.</summary>
/// <param name="Duration">From the first event to the last, the time to warm up included.</param>
internal sealed record SoakOptions(TimeSpan Duration)
{
    private const int WarmUpShare = 10;
    private const int LeastSamples = 60;
    private const int LeastMoves = 6;

    public int Publishers { get; } = 2;

    public int OrderedMembers { get; } = 3;

    public int CompetingMembers { get; } = 2;

    /// <summary>How many events a second all publishers together publish.</summary>
    public int Rate { get; init; } = 5_000;

    /// <summary>How long to wait between two samples.</summary>
    public TimeSpan Interval => Least(TimeSpan.FromSeconds(10), Duration / LeastSamples);

    /// <summary>How long to wait until the next member leaves.</summary>
    public TimeSpan MovePeriod => Least(TimeSpan.FromMinutes(1), Duration / LeastMoves);

    /// <summary>What comes before counts for nothing: code is compiled, streams grow to their length.</summary>
    public TimeSpan WarmUp => Duration / WarmUpShare;

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
