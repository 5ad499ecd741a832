using EventBus.Benchmarks.Harness;
using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Kafka;

/// <summary>
/// Rounds of a side that sends one event after the other. Between them it is gone: consumers ask mock brokers without a pause, and those of the other sides
/// would take the processors from the one that is measured.
/// </summary>
internal sealed class LoneSide(Entrant entrant, Func<Task<Place>> newPlace) : IAsyncDisposable
{
    public async Task<LatencySummary> RunAsync(int events)
    {
        var place = await newPlace();
        LatencySummary summary;
        await using (var side = entrant.Make(place))
        {
            await side.StartAsync(receives: true);

            // Until everything is connected.
            await LoneSends.RunAsync(side.Arrivals, () => side.SendAsync(1, inFlight: 1), events);
            summary = await LoneSends.RunAsync(side.Arrivals, () => side.SendAsync(1, inFlight: 1), events);
        }

        await place.Brokers.CleanAsync();
        return summary;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
