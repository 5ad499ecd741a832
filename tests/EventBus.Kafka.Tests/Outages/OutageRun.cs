using EventBus.Kafka.Brokers;
using EventBus.Kafka.Tests.Runs;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventBus.Kafka.Tests.Outages;

/// <summary>A cluster of its own, and a bus in which events are published and handled all the time, in the middle of which something happens.</summary>
internal sealed class OutageRun : IAsyncDisposable
{
    private readonly Tally _tally = new();
    private RunBus? _bus;
    private PublishingRun? _publishing;

    /// <summary>How many events go through before something happens, and after.</summary>
    public static int Some { get; } = Scale.Of(quick: 1_500, full: 20_000);

    public MockCluster Cluster { get; } = new();

    public RunBus Bus => _bus!;

    public PublishingRun Publishing => _publishing!;

    public Tally Tally => _tally;

    /// <summary>Begins, and lets some events through.</summary>
    public static async Task<OutageRun> StartAsync(Action<KafkaOptions>? settings = null)
    {
        var run = new OutageRun();
        try
        {
            run._bus = await RunBuses.StartAsync(run.Cluster.BootstrapServers, run._tally, options =>
            {
                options.PublishTimeout = TimeSpan.FromMinutes(1);
                settings?.Invoke(options);
            });
            run._publishing = new PublishingRun(run._bus, atOnce: 5, mayBeRefused: true);
            await run.GoesOnAsync();
            await run._bus.HealthBecomesAsync(static status => status == HealthStatus.Healthy, "that all is well");
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until some more events have been stored and handled.</summary>
    public async Task GoesOnAsync()
    {
        await Publishing.MoreAsync(Some);
        await _tally.ReachedAsync(_tally.Count + Some, Bus.Log);
    }

    /// <summary>Ends publishing, and shows that nothing was lost, that each key kept its order, that nothing died, and that the bus is well.</summary>
    public async Task EndsWellAsync()
    {
        await GoesOnAsync();
        await Publishing.EndAsync();
        await _tally.HandledAsync(Publishing.Stored, Bus.Log);
        await Bus.SettledAsync();
        await Bus.HealthBecomesAsync(static status => status == HealthStatus.Healthy, "that all is well again");
        _tally.AssertOrder(Publishing.Stored, Publishing.MayOvertake);
        Assert.Equal(0, await Bus.CountDeadAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_publishing is not null)
        {
            _ = _publishing.EndAsync();
        }

        if (_bus is not null)
        {
            await _bus.DisposeAsync();
        }

        await Cluster.DisposeAsync();
    }
}
