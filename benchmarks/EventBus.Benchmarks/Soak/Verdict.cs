using System.Globalization;
using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Soak;

/// <summary>Whether something holds, and by what that is seen.</summary>
internal sealed record Verdict(string What, string Seen, string Allowed, bool Holds)
{
    private const double Mebibyte = 1 << 20;
    private const double MemoryFactor = 1.1;
    private const double LatencyFactor = 1.5;

    public static IReadOnlyList<Verdict> All(SoakOutcome outcome, TimeSpan warmUp)
    {
        var samples = outcome.Samples.Where(sample => sample.At >= warmUp).ToArray();
        return
        [
            None("events lost by the ordered group", outcome.Published - outcome.Ordered.Distinct),
            None("events lost by the competing group", outcome.Published - outcome.Competing.Distinct),
            None("events of a key out of order in the ordered group", outcome.Ordered.Disordered),
            Flat("managed heap, MiB", samples, static sample => sample.Memory.HeapBytes / Mebibyte, MemoryFactor, 4),
            Flat("working set, MiB", samples, static sample => sample.Memory.WorkingSetBytes / Mebibyte, MemoryFactor, 16),
            Flat("server's memory, MiB", samples, static sample => sample.Memory.ServerBytes / Mebibyte, MemoryFactor, 2),
            Flat("server's keys", samples, static sample => sample.Memory.ServerKeys, MemoryFactor, 8),
            Flat("server's connections", samples, static sample => sample.Memory.Connections, MemoryFactor, 2),
            Flat("p99 of the ordered group ÷ that of a PING", samples, static sample => sample.Ordered.P99 / sample.PingP99, LatencyFactor, 1),
            Flat("p99 of the competing group ÷ that of a PING", samples, static sample => sample.Competing.P99 / sample.PingP99, LatencyFactor, 1),
        ];
    }

    private static Verdict None(string what, long count) => new(what, Figures.Count(count), "0", count == 0);

    private static Verdict Flat(
        string what, Sample[] samples, Func<Sample, double> figure, double factor, double margin)
    {
        var third = samples.Length / 3;
        if (third == 0)
        {
            return new Verdict(what, "too few samples", "", Holds: false);
        }

        var first = Statistics.Median(samples[..third].Select(figure));
        var last = Statistics.Median(samples[^third..].Select(figure));
        var most = (first * factor) + margin;
        return new Verdict(what, Text($"{first:F1} → {last:F1}"), Text($"≤ {most:F1}"), last <= most);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
