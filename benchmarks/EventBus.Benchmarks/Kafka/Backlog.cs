using EventBus.Benchmarks.Kafka.Raw;
using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Kafka;

/// <summary>
/// Rounds of a side that finds a backlog, each with a topic and a group of its own: mock brokers have a group that somebody left wait for him. The events
/// are written by the same producer for every side.
/// </summary>
internal sealed class Backlog(Entrant entrant, Func<Task<Place>> newPlace) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(50);

    public async Task<Spending> RunAsync(int events)
    {
        var place = await newPlace();
        await FillAsync(place, events);
        Spending spending;
        await using (var side = entrant.Make(place))
        {
            spending = await Spending.MeasureArrivalsAsync(place.Brokers, side.Arrivals, events, () => side.StartAsync(receives: true), Patience);
        }

        await place.Brokers.CleanAsync();
        return spending;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task FillAsync(Place place, int events)
    {
        using var filler = new RawSender(place, new RawMessages(place.FullName, place.Partitions, entrant.ReadsHeaders), Linger);
        await filler.SendReportedAsync(events, Work.AsMany);
    }
}
