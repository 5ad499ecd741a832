using EventBus.Benchmarks.Redis.Server;
using EventBus.Benchmarks.Soak.Load;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Soak;

/// <summary>Publishers at a steady rate, a group that keeps order and one that competes, members that leave and join; and samples of it all.</summary>
internal sealed class SoakRun(TextWriter output, RedisServer server, SoakOptions options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly List<Sample> _samples = [];
    private int _moves;

    public async Task<SoakOutcome> RunAsync()
    {
        var warnings = new SoakLog(output);
        var buses = new SoakBuses(server, warnings);
        var rate = options.Rate / options.Publishers;
        var most = (long)(rate * options.Duration.TotalSeconds);
        Members[] groups =
        [
            new(buses, SoakBuses.Ordered, new Ledger(most * options.Publishers)),
            new(buses, SoakBuses.Competing, new Ledger(most * options.Publishers)),
        ];
        await groups[0].StartAsync(options.OrderedMembers);
        await groups[1].StartAsync(options.CompetingMembers);
        var publishing = new List<ServiceProvider>();
        for (var i = 0; i < options.Publishers; i++)
        {
            publishing.Add(await buses.StartPublisherAsync());
        }

        SoakPublisher[] publishers = [.. publishing.Select((bus, i) => new SoakPublisher(bus, rate, i, options.Publishers))];
        using var stop = new CancellationTokenSource();
        var published = Task.WhenAll(publishers.Select(publisher => publisher.RunAsync(most, stop.Token)));
        var moved = MoveAsync(groups, stop.Token);
        var yardstick = new Yardstick(server);
        var measured = yardstick.RunAsync(stop.Token);
        try
        {
            var log = publishing[0].GetRequiredService<IEventLog>();
            await SampleAsync(publishers, groups, yardstick, log, Task.WhenAny(published, moved, measured));
        }
        finally
        {
            await stop.CancelAsync();
        }

        await published;
        await moved;
        await measured;
        var total = publishers.Sum(static publisher => publisher.Published);
        await ArriveAsync(groups, total);
        foreach (var group in groups)
        {
            await group.StopAsync();
        }

        await Task.WhenAll(publishing.Select(SoakBuses.StopAsync));
        return new SoakOutcome(total, groups[0].Ledger, groups[1].Ledger, _moves, warnings.Warnings, _samples);
    }

    // Ends with the publishers, or when one of them or a member has failed.
    private async Task SampleAsync(SoakPublisher[] publishers, Members[] groups, Yardstick yardstick, IEventLog log, Task ended)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < options.Duration && !ended.IsCompleted)
        {
            await Task.WhenAny(ended, Task.Delay(options.Interval, TimeProvider.System));
            var ordered = await GroupSample.TakeAsync(groups[0], log);
            var competing = await GroupSample.TakeAsync(groups[1], log);
            var sample = new Sample(
                TimeProvider.System.GetElapsedTime(start),
                publishers.Sum(static publisher => publisher.Published),
                yardstick.Latencies.Take().P99,
                await MemorySample.TakeAsync(server),
                ordered,
                competing);
            _samples.Add(sample);
            await output.WriteLineAsync(SoakPage.Line(sample));
        }
    }

    private async Task MoveAsync(Members[] groups, CancellationToken stop)
    {
        for (var turn = 0; ; turn++)
        {
            // It is missing for a quarter of the time.
            var absence = options.MovePeriod / 4;
            await Wait(options.MovePeriod - absence);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            var group = groups[turn % groups.Length];
            await group.LeaveAsync();
            await Wait(absence);
            await group.JoinAsync();
            _moves++;
        }

        async Task Wait(TimeSpan time) =>
            await Task.Delay(time, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task ArriveAsync(Members[] groups, long total)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (groups.Any(group => group.Ledger.Distinct < total) && TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}

/// <summary>What came of a run.</summary>
internal sealed record SoakOutcome(
    long Published, Ledger Ordered, Ledger Competing, int Moves, int Warnings, IReadOnlyList<Sample> Samples);
