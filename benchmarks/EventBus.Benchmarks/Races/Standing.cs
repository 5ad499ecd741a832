using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Races;

/// <summary>How a side stands to the client: for each round its figure divided by that of the client's round beside it.</summary>
internal sealed record Standing(Share Rate, Share Bytes, Share ServerCpu)
{
    public static Standing Of(Spending[] side, Spending[] client) => new(
        Share.Of(side, client, static spending => spending.EventsPerSecond),
        Share.Of(side, client, static spending => spending.BytesPerEvent),
        Share.Of(side, client, static spending => spending.ServerMicroseconds));
}

/// <summary>The middle of several ratios, and between what half of them lie.</summary>
internal readonly record struct Share(double Median, double Low, double High)
{
    private const double LowerQuartile = 0.25;
    private const double UpperQuartile = 0.75;

    public static Share Of<T>(T[] side, T[] client, Func<T, double> figure)
    {
        double[] ratios = [.. side.Zip(client, (own, its) => figure(own) / figure(its)).Order()];
        return new Share(Statistics.Median(ratios), At(LowerQuartile), At(UpperQuartile));

        double At(double share) => ratios[(int)Math.Round((ratios.Length - 1) * share)];
    }

    public override string ToString() => $"{Figures.Ratio(Median)} ({Figures.Ratio(Low)}–{Figures.Ratio(High)})";
}
