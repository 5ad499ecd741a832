using System.Text;
using EventBus.Benchmarks.Harness;
using EventBus.Benchmarks.Kafka.Brokers;
using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Kafka;

/// <summary>Runs every kind of work on Kafka, by the bus and by the client alone, and writes it down.</summary>
internal sealed class KafkaCommand(TextWriter output, KafkaBrokers brokers, bool isShort, int rounds, string only)
{
    private const int ShortScale = 20;
    private const int RealScale = 4;
    private const double LoneGoal = 1.15;
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(1);
    private readonly StringBuilder _document = new();

    /// <returns>The document.</returns>
    public async Task<string> RunAsync()
    {
        Write(Header());
        brokers.SetMockWait(Wait);
        foreach (var row in Row.All.Where(row => IsWanted(row.Work)))
        {
            await WriteAsync(row);
        }

        if (IsWanted(Row.Lone.Work))
        {
            brokers.SetMockWait(TimeSpan.Zero);
            await WriteLoneAsync(Row.Lone);
        }

        return _document.ToString();
    }

    private async Task WriteAsync(Row row)
    {
        var events = EventsOf(row.Work);
        var results = await new Race(brokers, row.Work, row.Entrants).RunAsync(rounds, events, isShort);
        var judge = results[Place(row, row.Judge)];
        var bare = row.Entrants.Contains(Entrant.Bare) ? results[Place(row, Entrant.Bare)] : judge;
        var grid = new Grid(
            "", "rate", "÷ judge", "÷ value alone", "B/event", "÷ judge", "client CPU/event", "broker CPU/event", "÷ judge", "to reach");
        foreach (var (entrant, spendings) in row.Entrants.Zip(results))
        {
            var standing = Standing.Of(spendings, judge);
            grid.Add(
                entrant == row.Judge ? $"**{entrant.Name}**" : entrant.Name,
                Figures.Rate(Median(spendings, static spending => spending.EventsPerSecond)),
                standing.Rate.ToString(),
                Figures.Ratio(Standing.Of(spendings, bare).Rate.Median),
                Figures.Bytes(Median(spendings, static spending => spending.BytesPerEvent)),
                Figures.Ratio(standing.Bytes.Median),
                Figures.Microseconds(Median(spendings, static spending => spending.ClientMicroseconds)),
                brokers.AreMock ? Figures.Microseconds(Median(spendings, static spending => spending.ServerMicroseconds)) : "–",
                brokers.AreMock ? Figures.Ratio(standing.ServerCpu.Median) : "–",
                entrant.IsBus ? string.Join("; ", row.Goals.Select(goal => Judge(goal.Text, goal.IsMet(standing)))) : "");
        }

        Write($"## {row.Work.Name}\n\n{Figures.Count(events)} events a round, {row.Work.Partitions} partitions.\n\n{grid}");
    }

    private async Task WriteLoneAsync(Row row)
    {
        var events = row.Work.Events / (isShort ? ShortScale : 1);
        var results = await new Race(brokers, row.Work, row.Entrants).RunLoneAsync(rounds, events);
        var judge = results[Place(row, row.Judge)];
        var grid = new Grid("", "p50", "÷ judge", "p99", "÷ judge", "to reach");
        foreach (var (entrant, summaries) in row.Entrants.Zip(results))
        {
            var p50 = Share.Of(summaries, judge, static summary => summary.P50Microseconds);
            var p99 = Share.Of(summaries, judge, static summary => summary.P99Microseconds);
            grid.Add(
                entrant == row.Judge ? $"**{entrant.Name}**" : entrant.Name,
                Figures.Microseconds(Median(summaries, static summary => summary.P50Microseconds)),
                p50.ToString(),
                Figures.Microseconds(Median(summaries, static summary => summary.P99Microseconds)),
                p99.ToString(),
                entrant.IsBus
                    ? $"{Judge($"p50 ≤ {Figures.Ratio(LoneGoal)} of its", p50.Median <= LoneGoal)}; {Judge("p99 as well", p99.Median <= LoneGoal)}"
                    : "");
        }

        Write($"## {row.Work.Name}\n\n{Figures.Count(events)} events a round.\n\n{grid}");
    }

    private string Header()
    {
        var machine = new Grid("machine", "");
        foreach (var (what, value) in Machine.Describe())
        {
            machine.Add(what, value);
        }

        machine.Add("brokers", brokers.AreMock ? "librdkafka's three mock brokers, a process on the same machine" : "a given cluster");
        machine.Add("client", $"Confluent.Kafka {typeof(Confluent.Kafka.Error).Assembly.GetName().Version}, librdkafka {Confluent.Kafka.Library.VersionString}");
        return $"""
            # Kafka{(isShort ? ", a short run whose figures mean little" : "")}

            Written by `./build.sh bench kafka`: {rounds} rounds of each row after some to warm up, all sides in turns, on the same brokers. A figure
            is the median of the rounds, a ratio the median of the ratios to the round beside it of the client that judges, whose name is bold, with
            the quartiles. The client is Confluent.Kafka alone, as one who knows it well uses it: idempotent, acknowledged by all; `Produce` with a
            delivery report and a linger of 5 ms where as many events are in flight as it takes, `ProduceAsync` with a linger of 0 elsewhere; a loop
            of `Consume` with `StoreOffset` for each event. "Tuned" has `fetch.queue.backoff.ms=10` and stores every 500th offset. It keeps no order
            over handlers beside each other, retries nothing, and skips what it held if it dies at the wrong moment. The value of an event is 200 bytes;
            goals are judged against the client whose events have a key and the six headers of the bus's events, by which a reader can tell what
            it has got. The bus is used by its defaults. A backlog was written by the client, the same for the bus; it is measured from the
            first event's handler to the last one's. The chain goes on from there: each event becomes another one in a second topic, and the client stores, by
            hand, what it has made and read in 100 ms; it is measured until the last of them can be read. CPU is processor time of the whole process.

            Mock brokers keep 5 MiB of a partition, so that rounds are short and topics have many partitions. They answer a fetch with one batch of
            each partition, at once or, where there is nothing, after the whole wait: all consumers have `fetch.wait.max.ms` 1 here, and 0 for lone
            events, which real brokers need not. For these each side is alone, since consumers that ask without a pause take the processors.

            {machine}
            """;
    }

    private int EventsOf(Work work) => isShort ? work.Events / ShortScale : work.Events * (brokers.AreMock ? 1 : RealScale);

    // A short run measures code that is not compiled to the end yet: it says nothing about goals.
    private string Judge(string goal, bool isMet) => isShort ? goal : $"{goal}: {(isMet ? "reached" : "**missed**")}";

    private static int Place(Row row, Entrant entrant) => row.Entrants.ToList().IndexOf(entrant);

    private static double Median<T>(T[] rounds, Func<T, double> figure) => Statistics.Median(rounds.Select(figure));

    private bool IsWanted(Work work) => work.Name.Contains(only, StringComparison.OrdinalIgnoreCase);

    private void Write(string section)
    {
        var text = section.TrimEnd() + "\n";
        _document.Append(_document.Length == 0 ? "" : "\n").Append(text);
        output.WriteLine();
        output.Write(text);
    }
}
