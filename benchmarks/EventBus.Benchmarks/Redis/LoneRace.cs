using EventBus.Benchmarks.Harness;
using EventBus.Benchmarks.Races;
using EventBus.Benchmarks.Redis.Server;

namespace EventBus.Benchmarks.Redis;

/// <summary>Lone events by all sides in turns.</summary>
/// <param name="server">Where.</param>
/// <param name="entrants">Who, in turns.</param>
/// <param name="pause">How long to wait in between, as long as the timers of the system allow; zero for not at all.</param>
internal sealed class LoneRace(RedisServer server, IReadOnlyList<Entrant> entrants, TimeSpan pause)
{
    /// <returns>The rounds of each side, in the order of the entrants.</returns>
    public async Task<IReadOnlyList<LatencySummary[]>> RunAsync(int rounds, int events)
    {
        var starts = entrants.Select(entrant => (Func<Task<ISide>>)(() => entrant.StartAsync(server, true)));
        var results = await Turns.RunAsync(
            starts,
            LoneSends.WarmUps,
            rounds,
            side => LoneSends.RunAsync(side.Arrivals, () => side.SendAsync(1, inFlight: 1), events, pause));
        await server.CleanAsync();
        return results;
    }
}
