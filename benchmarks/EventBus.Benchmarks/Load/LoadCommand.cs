using System.Globalization;
using System.Text.Json;
using EventBus.Benchmarks.Harness;
using EventBus.Benchmarks.Workloads;

namespace EventBus.Benchmarks.Load;

/// <summary>Puts a load on the whole way of an event, and on the floors and a rival in turns with it.</summary>
internal sealed class LoadCommand(TextWriter output, LoadOptions load)
{
    private const int WarmUps = 3;
    private const int MassTransitSlowdown = 20;

    public async Task RunAsync()
    {
        await using var bus = new Contender("EventBus", await BusWorkload.StartAsync(new BusShape
        {
            Concurrency = load.Concurrency,
            Keyed = load.Keys > 0,
            Scoped = load.Scoped,
            Batch = load.Batch,
            Topics = load.Topics == 1 ? 0 : load.Topics,
            Partitions = load.Partitions,
            Groups = load.Groups,
        }));
        await using var channel = new Contender(
            "Channel(1024)", new ChannelFloor(singleWriter: load.Producers == 1, load.Groups));
        await using var scoped = load.Scoped ? new Contender("Channel(1024) + scope", new ScopedChannelFloor()) : null;
        await using var keyed = load is { Keys: > 0, Concurrency: > 1 }
            ? new Contender(string.Create(CultureInfo.InvariantCulture, $"{load.Concurrency} channels by key"), new KeyedChannelsFloor(load.Concurrency))
            : null;
        await using var rival = load.Groups == 1
            ? new Contender("MassTransit 8.5, in memory", await MassTransitRival.StartAsync(), MassTransitSlowdown)
            : null;

        Contender?[] all = [bus, channel, scoped, keyed, rival];
        Contender[] contenders = [.. all.OfType<Contender>()];
        await RunAsync(contenders);
        Write([.. contenders.Select(contender => contender.Summarize(bus))]);
    }

    private async Task RunAsync(Contender[] contenders)
    {
        for (var i = 0; i < WarmUps; i++)
        {
            foreach (var contender in contenders)
            {
                await contender.WarmUpAsync(load);
            }
        }

        for (var i = 0; i < load.Rounds; i++)
        {
            foreach (var contender in contenders)
            {
                await contender.RunAsync(load);
            }
        }
    }

    private void Write(LoadResult[] results)
    {
        var grid = new Grid("", "throughput", "bus ÷ this", "bytes/event", "p50", "p99", "p99.9", "lag after publishing", "lag at end");
        foreach (var result in results)
        {
            grid.Add(
                result.Name, Figures.Rate(result.EventsPerSecond), Figures.Ratio(result.OfBus), Figures.Bytes(result.BytesPerEvent),
                Figures.Microseconds(result.Latency.P50Microseconds), Figures.Microseconds(result.Latency.P99Microseconds),
                Figures.Microseconds(result.Latency.P999Microseconds), Lag(result.LagAfterPublishing), Lag(result.LagAtEnd));
        }

        output.Write(grid);
        if (load.Json is { } file)
        {
            using var stream = file.Create();
            JsonSerializer.Serialize(stream, Report(results), LoadJson.Default.LoadReport);
        }
    }

    private LoadReport Report(LoadResult[] results) => new(
        Machine.Describe().ToDictionary(fact => fact.What, fact => fact.Value, StringComparer.Ordinal),
        load,
        results);

    private static string Lag(long? lag) => lag is { } count ? Figures.Count(count) : "–";
}
