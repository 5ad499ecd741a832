using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Races;

/// <summary>What the bus has to reach beside the client.</summary>
/// <param name="Text">In words.</param>
/// <param name="IsMet">Whether it is reached.</param>
internal sealed record Goal(string Text, Func<Standing, bool> IsMet)
{
    public static Goal Rate(double share) => new($"≥ {Figures.Ratio(share)} of its rate", standing => standing.Rate.Median >= share);

    public static Goal ServerCpu(double factor) =>
        new($"≤ {Figures.Ratio(factor)} of its server CPU", standing => standing.ServerCpu.Median <= factor);

    public static Goal Bytes(double factor) => new($"≤ {Figures.Ratio(factor)} of its bytes", standing => standing.Bytes.Median <= factor);

    public static Goal FewerBytes { get; } = new("fewer bytes", static standing => standing.Bytes.Median < 1);

    public static Goal NoMoreBytes { get; } = new("no more bytes", static standing => standing.Bytes.Median <= 1);
}
