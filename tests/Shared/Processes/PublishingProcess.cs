using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Shared.Processes;

/// <summary>Publishes the events of the run, so many in a second.</summary>
internal static class PublishingProcess
{
    private const int RoundsASecond = 20;

    public static async Task RunAsync(ProcessSettings settings, Action<EventBusBuilder, ProcessSettings> use, CancellationToken stop)
    {
        using var journal = new Journal(settings.Journal);
        await using var services = ProcessBus.Create(settings, journal, bus => use(bus, settings));
        var publisher = services.GetRequiredService<IEventPublisher>();
        var round = Math.Max(1, settings.Rate / RoundsASecond);
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1) / RoundsASecond);
        journal.Write(JournalLine.Of(JournalKind.Started));
        for (var next = 0; next < settings.Count; next += round)
        {
            var events = Enumerable.Range(next, Math.Min(round, settings.Count - next)).Select(index => Counted.At(index, settings.Keys));
            await publisher.PublishBatchAsync(events, stop);
            await pace.WaitForNextTickAsync(stop);
        }

        journal.Write(JournalLine.Of(JournalKind.Done));
    }
}
