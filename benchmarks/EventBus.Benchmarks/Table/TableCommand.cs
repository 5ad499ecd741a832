using System.Text;
using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Table;

/// <summary>Runs every row and curve beside its floor, and writes them down.</summary>
internal sealed class TableCommand(TextWriter output, bool isShort, int rounds, string only)
{
    private const int ShortScale = 20;
    private const double LoneTargetMicroseconds = 2;
    private const string LoneWork = "a lone event, publish → handler entered, hot";
    private readonly StringBuilder _document = new();

    /// <returns>The document.</returns>
    public async Task<string> RunAsync()
    {
        var scale = isShort ? ShortScale : 1;
        Write(Header());
        await WriteRowsAsync(new Rows(scale));
        if (IsWanted(LoneWork))
        {
            await WriteLoneEventAsync(new Rows(scale).LoneEvent());
        }

        if (IsWanted(nameof(Rivals)))
        {
            Write($"## Rivals\n\nQuoted, from a machine of this size; MassTransit is in the table above as well.\n\n{Rivals.Write()}");
        }

        foreach (var curve in new Curves(scale).All().Where(curve => IsWanted(curve.Title)))
        {
            await WriteCurveAsync(curve);
        }

        return _document.ToString();
    }

    private async Task WriteRowsAsync(Rows rows)
    {
        var grid = new Grid("work", "floor", "bus", "floor's", "ratio", "bus B/event", "floor B/event", "cores", "to reach");
        foreach (var row in rows.All().Where(row => IsWanted(row.Work) || IsWanted(row.FloorName)))
        {
            var result = await row.Contest.RunAsync(rounds, isShort);
            var targets = row.Targets.Select(target => Judge(target.Text, target.IsMet(result))).DefaultIfEmpty("–");
            string[] cells =
            [
                row.Work, row.FloorName, Figures.Rate(result.BusPerSecond), Figures.Rate(result.FloorPerSecond),
                Figures.Ratio(result.Ratio), Figures.Bytes(result.BusBytes), Figures.Bytes(result.FloorBytes),
                $"{Figures.Ratio(result.BusCores)} / {Figures.Ratio(result.FloorCores)}", string.Join("; ", targets),
            ];
            grid.Add(cells);
            await output.WriteLineAsync(string.Join(" | ", cells));
        }

        if (grid.Any)
        {
            Write($"## Throughput\n\n{grid}");
        }
    }

    private async Task WriteLoneEventAsync(LatencyContest contest)
    {
        var pairs = await contest.RunAsync(rounds);
        var p50 = Statistics.Median(pairs.Select(pair => pair.Bus.P50Microseconds));
        var grid = new Grid("", "bus", "Channel(1024)", "to reach")
            .Add("p50", Figures.Microseconds(p50), Median(pair => pair.Floor.P50Microseconds),
                Judge($"≤ {Figures.Microseconds(LoneTargetMicroseconds)}", p50 <= LoneTargetMicroseconds))
            .Add("p99", Median(pair => pair.Bus.P99Microseconds), Median(pair => pair.Floor.P99Microseconds), "–")
            .Add("p99.9", Median(pair => pair.Bus.P999Microseconds), Median(pair => pair.Floor.P999Microseconds), "–");
        Write($"## Latency of {LoneWork}\n\n{grid}");

        string Median(Func<LatencyPair, double> figure) => Figures.Microseconds(Statistics.Median(pairs.Select(figure)));
    }

    private async Task WriteCurveAsync(Curve curve)
    {
        var grid = new Grid(curve.Title, "bus", "floor", "ratio", "bus B/event", "floor B/event");
        foreach (var (size, contest) in curve.Points)
        {
            var result = await contest.RunAsync(rounds, isShort);
            grid.Add(
                Figures.Count(size), Figures.Rate(result.BusPerSecond), Figures.Rate(result.FloorPerSecond),
                Figures.Ratio(result.Ratio), Figures.Bytes(result.BusBytes), Figures.Bytes(result.FloorBytes));
        }

        Write($"## Curve: {curve.Title}\n\nFloor: {curve.FloorName}.\n\n{grid}");
    }

    private string Header()
    {
        var machine = new Grid("machine", "");
        foreach (var (what, value) in Machine.Describe())
        {
            machine.Add(what, value);
        }

        return $"""
            # In memory{(isShort ? ", a short run whose figures mean little" : "")}

            Written by `./build.sh bench table`: {rounds} rounds of each row after 3 to warm up, the bus and its floor in turns. A rate or
            a size is the median of the rounds, a ratio the median of the pairs' ratios. "Cores" are those that the process had on
            average: a floor with one core to itself is faster than one whose writer and reader contend on two, so that a pair whose
            floor had fewer than 1.6 is done again, up to twice as many pairs as rounds; after that any pair counts. The bus passes events
            by reference, as the channels do; MassTransit serializes them, which is its way in memory. An event is an object of 56 bytes, allocated for each publish by the bus and by the floor.

            {machine}
            """;
    }

    // A short run measures code that is not compiled to the end yet: it says nothing about targets.
    private string Judge(string target, bool isMet)
    {
        if (isShort)
        {
            return target;
        }

        return $"{target}: {(isMet ? "reached" : "**missed**")}";
    }

    private bool IsWanted(string title) => title.Contains(only, StringComparison.OrdinalIgnoreCase);

    private void Write(string section)
    {
        var text = section.TrimEnd() + "\n";
        _document.Append(_document.Length == 0 ? "" : "\n").Append(text);
        output.WriteLine();
        output.Write(text);
    }
}
