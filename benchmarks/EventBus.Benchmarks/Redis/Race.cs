using EventBus.Benchmarks.Redis.Server;

namespace EventBus.Benchmarks.Redis;

/// <summary>The same work done by all sides in turns, so that whatever else the machine does hits all of them.</summary>
internal sealed class Race(RedisServer server, Work work, IReadOnlyList<Entrant> entrants)
{
    // A round compiles for the last time in the third or fourth.
    private const int WarmUps = 4;

    /// <returns>The rounds of each side, in the order of the entrants.</returns>
    public async Task<IReadOnlyList<Spending[]>> RunAsync(int rounds, int scale)
    {
        var events = work.Events / scale;
        var sides = new List<ISide>();
        try
        {
            foreach (var entrant in entrants)
            {
                sides.Add(await entrant.StartAsync(server, work.Receives));
            }

            var results = Array.ConvertAll(new int[sides.Count], _ => new List<Spending>());
            for (var round = 0; round < (scale == 1 ? WarmUps : 1) + rounds; round++)
            {
                for (var turn = 0; turn < sides.Count; turn++)
                {
                    var next = (round + turn) % sides.Count;
                    results[next].Add(await RunAsync(sides[next], events));
                }
            }

            return [.. results.Select(spendings => spendings.TakeLast(rounds).ToArray())];
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

    private async Task<Spending> RunAsync(ISide side, int events)
    {
        await side.ClearAsync();
        await work.Prepare(side, events);
        return await Spending.MeasureAsync(server, events, () => work.Run(side, events));
    }
}
