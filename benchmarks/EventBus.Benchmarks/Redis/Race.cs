using EventBus.Benchmarks.Races;
using EventBus.Benchmarks.Redis.Server;

namespace EventBus.Benchmarks.Redis;

/// <summary>A kind of work done by all sides in turns.</summary>
internal sealed class Race(RedisServer server, Work work, IReadOnlyList<Entrant> entrants)
{
    // A round compiles for the last time in the third or fourth.
    private const int WarmUps = 4;

    /// <returns>The rounds of each side, in the order of the entrants.</returns>
    public async Task<IReadOnlyList<Spending[]>> RunAsync(int rounds, int scale)
    {
        var starts = entrants.Select(entrant => (Func<Task<ISide>>)(() => entrant.StartAsync(server, work.Receives)));
        var results = await Turns.RunAsync(starts, scale == 1 ? WarmUps : 1, rounds, side => RunAsync(side, work.Events / scale));
        await server.CleanAsync();
        return results;
    }

    private async Task<Spending> RunAsync(ISide side, int events)
    {
        await side.ClearAsync();
        await work.Prepare(side, events);
        return await Spending.MeasureAsync(server, events, () => work.Run(side, events));
    }
}
