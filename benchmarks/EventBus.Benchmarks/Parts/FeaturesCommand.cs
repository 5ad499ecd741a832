using System.Globalization;
using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Parts;

/// <summary>
/// Measures <see cref="FeatureCostBenchmarks"/> with all of its buses in turns, by processor time, so that the differences between them can be
/// told on a machine that has other work to do.
/// </summary>
internal sealed class FeaturesCommand(TextWriter output, int rounds)
{
    private const int RunsOfARound = 20;
    private const int WarmUpRounds = 10;

    private static readonly (FeatureCostBenchmarks.Feature Feature, string Name, double? Nanoseconds, double? Bytes)[] Rows =
    [
        (FeatureCostBenchmarks.Feature.Bare, "bare", null, null),
        (FeatureCostBenchmarks.Feature.Telemetry, "telemetry, nobody listens", 30, 0),
        (FeatureCostBenchmarks.Feature.Retry, "retry and dead letters, configured and not needed", 60, 0),
        (FeatureCostBenchmarks.Feature.DeadLetters, "dead letters, configured and not needed", null, 0),
        (FeatureCostBenchmarks.Feature.Idempotency, "idempotency in memory", 400, null),
    ];

    /// <returns>The document.</returns>
    public async Task<string> RunAsync()
    {
        var contenders = Array.ConvertAll(Rows, row => new FeatureCostBenchmarks { With = row.Feature });
        Array.ForEach(contenders, contender => contender.SetUp());
        var nanoseconds = Array.ConvertAll(Rows, _ => new List<double>());
        var bytes = Array.ConvertAll(Rows, _ => new List<double>());
        for (var round = -WarmUpRounds; round < rounds; round++)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                var (cost, size) = await MeasureAsync(contenders[i]);
                if (round >= 0)
                {
                    nanoseconds[i].Add(cost);
                    bytes[i].Add(size);
                }
            }
        }

        Array.ForEach(contenders, contender => contender.CleanUp());
        var document = Write(nanoseconds, bytes);
        await output.WriteAsync(document);
        return document;
    }

    private static async Task<(double Nanoseconds, double Bytes)> MeasureAsync(FeatureCostBenchmarks contender)
    {
        var (time, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
        for (var run = 0; run < RunsOfARound; run++)
        {
            await contender.Handled();
        }

        const double Events = (double)RunsOfARound * FeatureCostBenchmarks.Events;
        return (
            (Environment.CpuUsage.TotalTime - time).TotalNanoseconds / Events,
            (GC.GetTotalAllocatedBytes(precise: true) - allocated) / Events);
    }

    private string Write(List<double>[] nanoseconds, List<double>[] bytes)
    {
        var machine = new Grid("machine", "");
        foreach (var (what, value) in Machine.Describe())
        {
            machine.Add(what, value);
        }

        var grid = new Grid("the way of an event", "ns", "B", "added ns", "added B", "to reach");
        for (var i = 0; i < Rows.Length; i++)
        {
            var (_, name, mostNanoseconds, mostBytes) = Rows[i];
            var addedNanoseconds = Statistics.Median(nanoseconds[i].Zip(nanoseconds[0], static (with, bare) => with - bare));
            var addedBytes = Statistics.Median(bytes[i].Zip(bytes[0], static (with, bare) => with - bare));
            grid.Add(
                name, Number(Statistics.Median(nanoseconds[i])), Number(Statistics.Median(bytes[i])),
                i == 0 ? "–" : Number(addedNanoseconds), i == 0 ? "–" : Number(addedBytes),
                Judge("ns", addedNanoseconds, mostNanoseconds) + Judge("B", addedBytes, mostBytes));
        }

        return $"""
            # What a feature costs

            Written by `./build.sh bench features`: {rounds} rounds of {RunsOfARound * FeatureCostBenchmarks.Events:N0} events, all rows in turns in one process. An event goes
            from the transport's hands through dispatching and the pipeline to a handler that does nothing, and back to settling; one
            subscription, no key, concurrency 1. Nanoseconds are processor time of the whole process, which other work on the machine changes less
            than the time on the clock. What is added is the median of the differences to the bare row of the same round. The bare row is the
            pipeline without the telemetry step, which every other bus has. Every event has an id of its own; the idempotency window is 20 ms,
            which keeps some ten thousand ids.

            {machine}
            {grid}
            """;
    }

    private static string Judge(string unit, double added, double? most) => most is not { } target
        ? string.Empty
        : $"≤ {target} {unit}: {(Math.Round(added, 1) <= target ? "reached" : "missed")} ";

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
