using EventBus.Kafka.Brokers;
using EventBus.Kafka.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Kafka.Tests.Transactions;

/// <summary>
/// A cluster of its own, and a bus whose handlers turn events into others, exactly once, while something happens. What has come out is counted by a reader
/// of what is committed.
/// </summary>
internal sealed class TransformRun : IAsyncDisposable
{
    /// <summary>Of what the log tells of a transaction that was not stored.</summary>
    public const int TransactionFailed = 661;

    private static readonly string[] s_keys = [.. Enumerable.Range(0, 12).Select(static key => $"key-{key}")];
    private readonly Dictionary<string, int> _published = s_keys.ToDictionary(static key => key, static _ => 0, StringComparer.Ordinal);
    private RunBus? _bus;

    /// <summary>How many events go through before something happens, and after.</summary>
    public static int Some { get; } = Scale.Of(quick: 300, full: 5_000);

    public MockCluster Cluster { get; } = new();

    public RunBus Bus => _bus!;

    /// <summary>The id of the producer of the only member.</summary>
    public static string TransactionalId => $"{RunBus.Group}.{Instance}";

    /// <summary>The member's name.</summary>
    public static string Instance => "turner";

    /// <summary>Begins, and lets some events through.</summary>
    /// <param name="handle">What the handler does besides; null for nothing.</param>
    /// <param name="settings">Further settings.</param>
    /// <param name="configure">Adds to the bus.</param>
    public static async Task<TransformRun> StartAsync(
        Func<Counted, EventContext, Task>? handle = null, Action<KafkaOptions>? settings = null, Action<EventBusBuilder>? configure = null)
    {
        var run = new TransformRun();
        try
        {
            run._bus = await RunBuses.StartAsync(run.Cluster.BootstrapServers, settings: options =>
            {
                options.TransactionTimeout = TimeSpan.FromSeconds(10);
                options.ConsumerProperties["session.timeout.ms"] = "2000";
                settings?.Invoke(options);
            }, configure: bus =>
            {
                Configure(bus, handle);
                configure?.Invoke(bus);
            });
            await run.GoesOnAsync();
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has some more events published, and waits until what is made of them has come out.</summary>
    /// <param name="but">Events of which nothing comes out.</param>
    public async Task GoesOnAsync(params Counted[] but)
    {
        await PublishAsync();
        await OutAsync(but);
    }

    /// <summary>Has some more events published.</summary>
    public async Task PublishAsync()
    {
        for (var left = Some; left > 0; left -= s_keys.Length)
        {
            await Bus.PublishAsync(s_keys.Select(key => new Counted(key, _published[key]++)).ToArray());
        }
    }

    /// <summary>Waits until everything has come out.</summary>
    /// <param name="but">Events of which nothing comes out.</param>
    public async Task OutAsync(params Counted[] but)
    {
        var count = 0;
        var goal = _published.Values.Sum() - but.Length;
        await Eventually.TrueAsync(
            async () => (count = (await ReadAsync()).Count) >= goal,
            () => $"{goal} events to come out; {count} did.{Bus.Log}");
    }

    /// <summary>Shows that each event came out once, each key's in its order, and that everything is settled and nothing died.</summary>
    /// <param name="but">Events of which nothing comes out.</param>
    public async Task EndsWellAsync(params Counted[] but)
    {
        await PublishAsync();
        await Bus.SettledAsync();
        var turned = await ReadAsync();
        foreach (var (key, count) in _published)
        {
            Assert.Equal(
                Enumerable.Range(0, count).Except(but.Where(counted => counted.Key == key).Select(static counted => counted.Number)),
                turned.Where(each => each.Key == key).Select(static each => each.Number));
        }

        Assert.Equal(but.Length, await Bus.CountDeadAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_bus is not null)
        {
            await _bus.DisposeAsync();
        }

        await Cluster.DisposeAsync();
    }

    private static void Configure(EventBusBuilder bus, Func<Counted, EventContext, Task>? handle)
    {
        bus.Configure(static options => options.InstanceName = Instance);
        bus.Event<Turned>(Turned.Topic, key: static turned => turned.Key);
        bus.Subscription(RunBus.Group)
            .Handle<Counted>(async (counted, context, token) =>
            {
                await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(Turned.Of(counted), token);
                await (handle?.Invoke(counted, context) ?? Task.CompletedTask);
            })
            .WithConcurrency(4)
            .WithRetry(static retry =>
            {
                retry.Attempts = 3;
                retry.Delay = TimeSpan.FromMilliseconds(10);
            })
            .WithDeadLetters()
            .WithExactlyOnce();
    }

    private async Task<List<Turned>> ReadAsync()
    {
        var turned = new List<Turned>();
        await foreach (var entry in Bus.Topics.ReadAsync(Turned.Topic, SeekTarget.Earliest, follow: false, TestContext.Current.CancellationToken))
        {
            turned.Add((Turned)entry.Envelope.Value!);
        }

        return turned;
    }
}
