using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Table;

/// <summary>A line of the table: some work, what it stands beside, and what it has to reach.</summary>
internal sealed record Row(string Work, string FloorName, Contest Contest, params Target[] Targets);

/// <summary>What a figure has to reach.</summary>
/// <param name="Text">In words.</param>
/// <param name="IsMet">Whether it is reached.</param>
internal sealed record Target(string Text, Func<ContestResult, bool> IsMet)
{
    private const double Million = 1_000_000;

    public static Target OfFloor(double share) => new(Figures.Ratio(share) + " × floor", result => result.Ratio >= share);

    public static Target MoreBytes(double bytes) =>
        new($"≤ {Figures.Bytes(bytes)} more than the floor", result => result.BusBytes - result.FloorBytes <= bytes);

    public static Target Millions(double millions) =>
        new($"≥ {Figures.Rate(millions * Million)}", result => result.BusPerSecond >= millions * Million);
}
