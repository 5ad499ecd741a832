using EventBus.Benchmarks.Harness;
using EventBus.Benchmarks.Workloads;

namespace EventBus.Benchmarks.Load;

/// <summary>One of those that carry the load, with what was measured of it so far.</summary>
/// <param name="name">What it is called in the table.</param>
/// <param name="workload">What carries the events.</param>
/// <param name="slowdown">By what its number of events is divided, for one so slow that it needs fewer.</param>
internal sealed class Contender(string name, IWorkload workload, int slowdown = 1) : IAsyncDisposable
{
    private static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(5);
    private readonly List<long> _latencies = [];
    private readonly List<double> _rates = [];
    private readonly List<double> _bytes = [];
    private long? _lagAfterPublishing;
    private long? _lagAtEnd;

    public IReadOnlyList<double> Rates => _rates;

    public ValueTask DisposeAsync() => workload.DisposeAsync();

    public Task WarmUpAsync(LoadOptions load) => RateAsync(load, new EventSource(load.Keys, TopicsOf(load)));

    public async Task RunAsync(LoadOptions load)
    {
        var round = await RateAsync(load, new EventSource(load.Keys, TopicsOf(load)));
        _rates.Add(round.EventsPerSecond);
        _bytes.Add(round.BytesPerEvent);
        await TimeAsync(load);
    }

    public LoadResult Summarize(Contender bus) => new(
        name,
        Statistics.Median(_rates),
        Statistics.Median(bus.Rates.Zip(_rates, static (ofBus, own) => ofBus / own)),
        Statistics.Median(_bytes),
        Statistics.Summarize(_latencies),
        _lagAfterPublishing,
        _lagAtEnd);

    /// <summary>Latency has rounds of its own: taking the time twice an event would slow the others down.</summary>
    private async Task TimeAsync(LoadOptions load)
    {
        await RateAsync(load, new EventSource(load.Keys, TopicsOf(load), timed: true), timed: true);
        _latencies.AddRange(workload.Sink.Latencies);
        if (workload is BusWorkload bus)
        {
            _lagAtEnd = await LagWhenSettledAsync(bus);
        }
    }

    private Task<Round> RateAsync(LoadOptions load, EventSource source, bool timed = false) => Round.RunAsync(
        workload, source, load.Producers, Math.Max(load.Producers, load.Producers * load.Messages / slowdown), timed, NoteLagAsync);

    private async Task NoteLagAsync()
    {
        if (workload is BusWorkload bus)
        {
            _lagAfterPublishing = Math.Max(_lagAfterPublishing ?? 0, await bus.LagAsync());
        }
    }

    // The last handler ends a moment after the sink has counted its event.
    private static async Task<long> LagWhenSettledAsync(BusWorkload bus)
    {
        var start = TimeProvider.System.GetTimestamp();
        var lag = await bus.LagAsync();
        while (lag > 0 && TimeProvider.System.GetElapsedTime(start) < SettlePatience)
        {
            await Task.Yield();
            lag = await bus.LagAsync();
        }

        return lag;
    }

    private static int TopicsOf(LoadOptions load) => load.Topics == 1 ? 0 : load.Topics;
}
