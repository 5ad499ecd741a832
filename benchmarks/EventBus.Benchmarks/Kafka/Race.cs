using EventBus.Benchmarks.Harness;
using EventBus.Benchmarks.Kafka.Brokers;
using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Kafka;

/// <summary>A kind of work done by all sides in turns.</summary>
internal sealed class Race(KafkaBrokers brokers, Work work, IReadOnlyList<Entrant> entrants)
{
    private const int WarmUps = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static int _places;

    /// <returns>The rounds of each side, in the order of the entrants.</returns>
    public Task<IReadOnlyList<Spending[]>> RunAsync(int rounds, int events, bool isShort)
    {
        var warmUps = isShort ? 1 : WarmUps;
        return work.Kind switch
        {
            WorkKind.Publish => InTurnsAsync(warmUps, rounds, side => Spending.MeasureAsync(brokers, events, () => side.SendAsync(events, work.InFlight))),
            WorkKind.Backlog => BacklogsInTurnsAsync(warmUps, rounds, events),
            _ => InTurnsAsync(warmUps, rounds, side => Spending.MeasureAsync(brokers, events, () => SendAndReceiveAsync(side, events))),
        };
    }

    /// <returns>The rounds of each side, in the order of the entrants.</returns>
    public Task<IReadOnlyList<LatencySummary[]>> RunLoneAsync(int rounds, int events) => Turns.RunAsync(
        entrants.Select(entrant => (Func<Task<LoneSide>>)(() => Task.FromResult(new LoneSide(entrant, NewPlaceAsync)))),
        LoneSends.WarmUps,
        rounds,
        side => side.RunAsync(events));

    private async Task SendAndReceiveAsync(ISide side, int events)
    {
        var arriving = side.Arrivals.Expect(events);
        await side.SendAsync(events, work.InFlight);
        await arriving.WaitAsync(Patience);
    }

    private async Task<IReadOnlyList<T[]>> InTurnsAsync<T>(int warmUps, int rounds, Func<ISide, Task<T>> run)
    {
        var results = await Turns.RunAsync(entrants.Select(entrant => (Func<Task<ISide>>)(() => StartAsync(entrant))), warmUps, rounds, run);
        await brokers.CleanAsync();
        return results;
    }

    private Task<IReadOnlyList<Spending[]>> BacklogsInTurnsAsync(int warmUps, int rounds, int events) => Turns.RunAsync(
        entrants.Select(entrant => (Func<Task<Backlog>>)(() => Task.FromResult(new Backlog(entrant, NewPlaceAsync)))),
        warmUps,
        rounds,
        backlog => backlog.RunAsync(events));

    private async Task<ISide> StartAsync(Entrant entrant)
    {
        var side = entrant.Make(await NewPlaceAsync());
        await side.StartAsync(receives: work.Kind == WorkKind.EndToEnd);
        return side;
    }

    private async Task<Place> NewPlaceAsync()
    {
        var place = new Place(brokers, $"bench-{++_places}", work.Partitions, work.ClientLinger);
        await brokers.CreateTopicAsync(place.FullName, place.Partitions);
        return place;
    }
}
