using System.Globalization;
using EventBus.Benchmarks.Harness;
using EventBus.Benchmarks.Soak.Load;

namespace EventBus.Benchmarks.Soak;

/// <summary>The page of a run: what was done, what is judged, and what was seen at some moments of it.</summary>
internal static class SoakPage
{
    private const double Mebibyte = 1 << 20;
    private const int MostRows = 24;

    /// <summary>A sample as a line, for whoever watches the run.</summary>
    public static string Line(Sample sample) => string.Join("  ", Header.Zip(Cells(sample), static (title, cell) => $"{title} {cell}"));

    public static string Write(SoakOptions options, SoakOutcome outcome, IReadOnlyList<Verdict> verdicts, string server, string drawing)
    {
        var machine = new Grid("machine", "");
        foreach (var (what, value) in Machine.Describe())
        {
            // The load that the run itself makes is in it.
            machine.Add(what is "load before" ? "load at the end" : what, value);
        }

        machine.Add("server", $"Redis {server}, nothing kept on disk, on the same machine");
        var judged = new Grid("", "seen", "allowed", "");
        foreach (var verdict in verdicts)
        {
            judged.Add(verdict.What, verdict.Seen, verdict.Allowed, verdict.Holds ? "holds" : "**does not hold**");
        }

        var rows = new Grid(Header);
        var step = Math.Max(1, (outcome.Samples.Count + MostRows - 1) / MostRows);
        foreach (var sample in outcome.Samples.Where((_, i) => (i + 1) % step == 0))
        {
            rows.Add(Cells(sample));
        }

        return $"""
            # Redis for {Text($"{options.Duration.TotalMinutes:0.#}")} minutes: {(verdicts.All(static verdict => verdict.Holds) ? "flat, and nothing lost" : "**not as it should be**")}

            Written by `./build.sh soak --minutes {Text($"{options.Duration.TotalMinutes:0.#}")}`. {options.Publishers} buses publish {Figures.Count(options.Rate)} events a second, one by one; two groups
            handle each of them: one that keeps order, with {options.OrderedMembers} members, and a competing one, with {options.CompetingMembers}, each a bus of its own, all in one
            process, on {SoakBuses.Partitions} partitions that keep {Figures.Count(SoakBuses.RetainedEvents)} events each, so that they are trimmed all the time. Every {Text($"{options.MovePeriod.TotalSeconds:0.#}")} s a member
            leaves, and another joins after a quarter of that time. A sample is taken every {Text($"{options.Interval.TotalSeconds:0.#}")} s; its latencies, publish → handler, are
            those since the sample before it. "Seen" is the median of the first and of the last third of what follows the first {Text($"{options.WarmUp.TotalMinutes:0.#}")} minutes,
            in which code is compiled, streams grow to their length, and a burst of events gives pools their size. Latencies are judged by
            that of a PING, sent every some milliseconds by the same process: whatever else the machine does makes both longer.

            {machine}
            {judged}
            {Figures.Count(outcome.Published)} events were published; {outcome.Moves} times a member left and another joined. Handled again: {Figures.Count(outcome.Ordered.Repeated)} by the ordered
            group, {Figures.Count(outcome.Competing.Repeated)} by the competing one. Warnings in the log: {Figures.Count(outcome.Warnings)}.

            ![Memory, latency and lag over time]({drawing})

            {rows}
            """.TrimEnd() + "\n";
    }

    private static string[] Header { get; } =
    [
        "at", "published", "heap", "working set", "server", "keys", "connections",
        "PING p99", "ordered p50", "p99", "lag", "competing p50", "p99", "lag",
    ];

    private static string[] Cells(Sample sample) =>
    [
        sample.At.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture),
        Figures.Count(sample.Published),
        Size(sample.Memory.HeapBytes),
        Size(sample.Memory.WorkingSetBytes),
        Size(sample.Memory.ServerBytes),
        Figures.Count(sample.Memory.ServerKeys),
        Figures.Count(sample.Memory.Connections),
        Time(sample.PingP99),
        Time(sample.Ordered.P50), Time(sample.Ordered.P99), Figures.Count(sample.Ordered.Lag),
        Time(sample.Competing.P50), Time(sample.Competing.P99), Figures.Count(sample.Competing.Lag),
    ];

    private static string Size(long bytes) => Text($"{bytes / Mebibyte:F1} MiB");

    private static string Time(TimeSpan time) => Text($"{time.TotalMilliseconds:F1} ms");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
