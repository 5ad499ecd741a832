using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Shared.Processes;

/// <summary>A member of the group, which tells in its journal of each event that it handles.</summary>
internal static class MemberProcess
{
    private const int Concurrency = 8;
    private static readonly TimeSpan s_work = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(ProcessSettings settings, Action<EventBusBuilder, ProcessSettings> use, CancellationToken stop)
    {
        using var journal = new Journal(settings.Journal);
        await using var services = ProcessBus.Create(settings, journal, bus =>
        {
            use(bus, settings);
            var subscription = bus.Subscription(ProcessSettings.Group).WithConcurrency(Concurrency);
            _ = settings.IsTurning ? subscription.WithExactlyOnce() : subscription;
            subscription.Handle<Counted>(async (counted, context, token) =>
            {
                var start = Journal.Now;
                journal.Write(JournalLine.Of(JournalKind.Begun, start, counted, context.Attempt));
                while (settings.Gate is not null && !File.Exists(settings.Gate))
                {
                    await Task.Delay(s_look, TimeProvider.System, token);
                }

                if (counted.Number % 4 == 0)
                {
                    // What takes longer than the others may be overtaken, where something lets it; and dies in the middle.
                    await Task.Delay(s_work, TimeProvider.System, token);
                }

                if (settings.IsTurning)
                {
                    await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(Turned.Of(counted), token);
                }

                journal.Write(JournalLine.Of(JournalKind.Handled, start, counted, context.Attempt));
            });
        });
        var bus = services.GetRequiredService<IEventBus>();
        await bus.StartAsync(stop);
        journal.Write(JournalLine.Of(JournalKind.Started));
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await bus.StopAsync(CancellationToken.None);
    }
}
