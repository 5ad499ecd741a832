using EventBus.Benchmarks.Harness;
using EventBus.Benchmarks.Redis.Server;

namespace EventBus.Benchmarks.Redis;

/// <summary>Events that have the way to themselves, each sent after the one before has arrived: latency and nothing else.</summary>
/// <param name="server">Where.</param>
/// <param name="entrants">Who, in turns.</param>
/// <param name="pause">How long to wait in between, as long as the timers of the system allow; zero for not at all.</param>
internal sealed class LoneRace(RedisServer server, IReadOnlyList<Entrant> entrants, TimeSpan pause)
{
    private const int WarmUps = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>The rounds of each side, in the order of the entrants.</returns>
    public async Task<IReadOnlyList<LatencySummary[]>> RunAsync(int rounds, int events)
    {
        var sides = new List<ISide>();
        try
        {
            foreach (var entrant in entrants)
            {
                sides.Add(await entrant.StartAsync(server, true));
            }

            var results = Array.ConvertAll(new int[sides.Count], _ => new List<LatencySummary>());
            for (var round = 0; round < WarmUps + rounds; round++)
            {
                for (var turn = 0; turn < sides.Count; turn++)
                {
                    var next = (round + turn) % sides.Count;
                    results[next].Add(await RunAsync(sides[next], events));
                }
            }

            return [.. results.Select(static summaries => summaries.Skip(WarmUps).ToArray())];
        }
        finally
        {
            foreach (var side in sides)
            {
                await side.DisposeAsync();
            }

            await server.CleanAsync();
        }
    }

    private async Task<LatencySummary> RunAsync(ISide side, int events)
    {
        var latencies = new long[events];
        for (var sent = 0; sent < events; sent++)
        {
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, TimeProvider.System);
            }

            var arriving = side.Arrivals.Expect(1);
            var start = TimeProvider.System.GetTimestamp();
            var sending = side.SendAsync(1, inFlight: 1);
            await arriving.WaitAsync(Patience);
            await sending;
            latencies[sent] = side.Arrivals.CompletedAt - start;
        }

        return Statistics.Summarize(latencies);
    }
}
