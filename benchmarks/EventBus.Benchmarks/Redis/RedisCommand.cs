using System.Text;
using EventBus.Benchmarks.Harness;
using EventBus.Benchmarks.Races;
using EventBus.Benchmarks.Redis.Server;

namespace EventBus.Benchmarks.Redis;

/// <summary>Runs every kind of work on Redis, by the bus and by the client alone, and writes it down.</summary>
internal sealed class RedisCommand(TextWriter output, RedisServer server, bool isShort, int rounds, string only)
{
    private const int ShortScale = 20;
    private const int LoneEvents = 3_000;
    private const int PausedEvents = 200;
    private const double LoneGoal = 1.3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private readonly StringBuilder _document = new();
    private readonly int _scale = isShort ? ShortScale : 1;

    /// <returns>The document.</returns>
    public async Task<string> RunAsync()
    {
        Write(await HeaderAsync());
        await WriteAsync(Work.PublishInFlight, Goal.Rate(0.85));
        await WriteAsync(Work.PublishOneByOne, Goal.Rate(0.9));
        await WriteAsync(Work.PublishBatches, Goal.Rate(0.9));
        await WriteAsync(Work.Backlog, Goal.Rate(0.8));
        await WriteAsync(Work.EndToEnd, Goal.Rate(0.9), Goal.NoMoreBytes, Goal.ServerCpu(1.2));
        await WriteMembersAsync("members of a group that keeps order: a backlog in 4 partitions", isCompeting: false);
        await WriteMembersAsync("members of a competing group: a backlog in one partition", isCompeting: true);
        await WriteLoneAsync("a lone event, publish → handler", TimeSpan.Zero, LoneEvents);
        await WriteLoneAsync("a lone event after a pause of some milliseconds", Pause, PausedEvents);
        return _document.ToString();
    }

    private async Task WriteAsync(Work work, params Goal[] goals)
    {
        if (!IsWanted(work.Name))
        {
            return;
        }

        var results = await new Race(server, work, Entrant.All).RunAsync(rounds, _scale);
        var grid = new Grid(
            "", "rate", "÷ client", "÷ floor", "B/event", "÷ client", "client CPU/event", "server CPU/event", "÷ client", "÷ floor", "to reach");
        foreach (var (entrant, spendings) in Entrant.All.Zip(results))
        {
            var standing = Standing.Of(spendings, results[Entrant.Client]);
            var floor = Standing.Of(spendings, results[Entrant.Floor]);
            grid.Add(
                entrant.Name,
                Figures.Rate(Median(spendings, static spending => spending.EventsPerSecond)),
                standing.Rate.ToString(),
                Figures.Ratio(floor.Rate.Median),
                Figures.Bytes(Median(spendings, static spending => spending.BytesPerEvent)),
                Figures.Ratio(standing.Bytes.Median),
                Figures.Microseconds(Median(spendings, static spending => spending.ClientMicroseconds)),
                Figures.Microseconds(Median(spendings, static spending => spending.ServerMicroseconds)),
                Figures.Ratio(standing.ServerCpu.Median),
                Figures.Ratio(floor.ServerCpu.Median),
                entrant.IsBus ? string.Join("; ", goals.Select(goal => Judge(goal.Text, goal.IsMet(standing)))) : "");
        }

        Write($"## {work.Name}\n\n{Figures.Count(work.Events / _scale)} events a round.\n\n{grid}");
    }

    private async Task WriteMembersAsync(string name, bool isCompeting)
    {
        if (!IsWanted(name))
        {
            return;
        }

        var groups = Entrant.Groups(isCompeting);
        var results = await new Race(server, Work.Backlog, groups).RunAsync(rounds, _scale);
        var grid = new Grid("", "rate", "÷ one member", "B/event", "CPU/event of all members", "server CPU/event", "÷ one member");
        foreach (var (group, spendings) in groups.Zip(results))
        {
            var standing = Standing.Of(spendings, results[0]);
            grid.Add(
                group.Name,
                Figures.Rate(Median(spendings, static spending => spending.EventsPerSecond)),
                standing.Rate.ToString(),
                Figures.Bytes(Median(spendings, static spending => spending.BytesPerEvent)),
                Figures.Microseconds(Median(spendings, static spending => spending.ClientMicroseconds)),
                Figures.Microseconds(Median(spendings, static spending => spending.ServerMicroseconds)),
                Figures.Ratio(standing.ServerCpu.Median));
        }

        Write($"""
            ## {name}

            {Figures.Count(Work.Backlog.Events / _scale)} events a round. The members are buses of their own in one process, so that all of them share its {Environment.ProcessorCount} cores with
            the server: where one member keeps these busy, more can show only that they take nothing away.

            {grid}
            """);
    }

    private async Task WriteLoneAsync(string name, TimeSpan pause, int events)
    {
        if (!IsWanted(name))
        {
            return;
        }

        var results = await new LoneRace(server, Entrant.All, pause).RunAsync(rounds, events / _scale);
        var grid = new Grid("", "p50", "÷ client", "÷ floor", "p99", "to reach");
        foreach (var (entrant, summaries) in Entrant.All.Zip(results))
        {
            var share = Share.Of(summaries, results[Entrant.Client], static summary => summary.P50Microseconds);
            grid.Add(
                entrant.Name,
                Figures.Microseconds(Median(summaries, static summary => summary.P50Microseconds)),
                share.ToString(),
                Figures.Ratio(Share.Of(summaries, results[Entrant.Floor], static summary => summary.P50Microseconds).Median),
                Figures.Microseconds(Median(summaries, static summary => summary.P99Microseconds)),
                entrant.IsBus ? Judge($"p50 ≤ {Figures.Ratio(LoneGoal)} of its", share.Median <= LoneGoal) : "");
        }

        Write($"## {name}\n\n{Figures.Count(events / _scale)} events a round.\n\n{grid}");
    }

    private async Task<string> HeaderAsync()
    {
        var machine = new Grid("machine", "");
        foreach (var (what, value) in Machine.Describe())
        {
            machine.Add(what, value);
        }

        machine.Add("server", $"Redis {await server.VersionAsync()}, nothing kept on disk, on the same machine");
        return $"""
            # Redis{(isShort ? ", a short run whose figures mean little" : "")}

            Written by `./build.sh bench redis`: {rounds} rounds of each row after some to warm up, all sides in turns, on one server. A figure
            is the median of the rounds, a ratio the median of the ratios to the client's round beside it, with the quartiles. The client is
            StackExchange.Redis alone, as one who knows it well uses it: XADD, XREADGROUP of 500 on a connection of its own, XACK for each
            read; it keeps no order over several readers, retries nothing, and forgets what a reader held that died. An event
            is 200 bytes of data. Goals, and "÷ client", are judged against the client with id and type, an entry of three fields, since
            that is the least by which a reader can tell what it has got, and the bus's entry has as many at least. "÷ floor" is the ratio to the
            client that writes the data alone, the leanest entry that there is. The bus hands the
            bytes on as they are; "with JSON" it serializes an object to as many. It trims its stream to {Figures.Count(Ours.BusSide.RetainedEvents)} events
            meanwhile; the client's stream is emptied between the rounds. CPU is processor time of the whole process.

            {machine}
            """;
    }

    // A short run measures code that is not compiled to the end yet: it says nothing about goals.
    private string Judge(string goal, bool isMet) => isShort ? goal : $"{goal}: {(isMet ? "reached" : "**missed**")}";

    private static double Median<T>(T[] rounds, Func<T, double> figure) => Statistics.Median(rounds.Select(figure));

    private bool IsWanted(string title) => title.Contains(only, StringComparison.OrdinalIgnoreCase);

    private void Write(string section)
    {
        var text = section.TrimEnd() + "\n";
        _document.Append(_document.Length == 0 ? "" : "\n").Append(text);
        output.WriteLine();
        output.Write(text);
    }
}
