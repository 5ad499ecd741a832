namespace EventBus.Benchmarks.Harness;

/// <summary>The middle of several figures, and the percentiles of many.</summary>
internal static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public static LatencySummary Summarize(IEnumerable<long> latencies)
    {
        var sorted = latencies.Order().ToArray();
        return new LatencySummary(At(0.5), At(0.99), At(0.999));

        double At(double share) =>
            sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)] * 1_000_000.0 / TimeProvider.System.TimestampFrequency;
    }
}

/// <summary>Percentiles of latency, in microseconds.</summary>
internal readonly record struct LatencySummary(double P50Microseconds, double P99Microseconds, double P999Microseconds);
