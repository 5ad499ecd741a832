using EventBus.DeadLetters;
using EventBus.Kafka.TestProcess;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace EventBus.Kafka.Tests.Runs;

/// <summary>A bus with clients of its own, as a process has it: it publishes <see cref="Counted"/>, and handles it where it has a tally.</summary>
internal sealed class RunBus : IAsyncDisposable
{
    public const string Group = "group";
    public const int Partitions = 4;
    private readonly ServiceProvider _services;

    public RunBus(string brokers, Tally? tally = null, Action<KafkaOptions>? settings = null, Action<EventBusBuilder>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(Log));
        services.AddHealthChecks().AddEventBus();
        services.AddEventBus(bus =>
        {
            bus.UseKafka(brokers, options =>
            {
                options.NewTopics.Partitions = Partitions;
                options.ConsumerProperties["session.timeout.ms"] = "4000";
                options.ConsumerProperties["heartbeat.interval.ms"] = "200";
                settings?.Invoke(options);
            });
            bus.Event<Counted>(Counted.Topic, key: static counted => counted.Key);
            if (tally is not null)
            {
                bus.Subscription(Group).Handle<Counted>((counted, _, _) =>
                    {
                        tally.Add(counted);
                        return ValueTask.CompletedTask;
                    })
                    .WithConcurrency(4)
                    .WithRetry(static retry => retry.Attempts = 2)
                    .WithDeadLetters();
            }

            configure?.Invoke(bus);
        });
        _services = services.BuildServiceProvider();
    }

    public RunLog Log { get; } = new();

    public IEventBus Bus => _services.GetRequiredService<IEventBus>();

    public IEventPublisher Publisher => _services.GetRequiredService<IEventPublisher>();

    public IEventLog Topics => _services.GetRequiredService<IEventLog>();

    public IDeadLetters DeadLetters => _services.GetRequiredService<IDeadLetters>();

    public static async Task<RunBus> StartAsync(
        string brokers, Tally? tally = null, Action<KafkaOptions>? settings = null, Action<EventBusBuilder>? configure = null)
    {
        var bus = new RunBus(brokers, tally, settings, configure);
        try
        {
            await bus.StartAsync();
            return bus;
        }
        catch
        {
            await bus.DisposeAsync();
            throw;
        }
    }

    public Task StartAsync() => Bus.StartAsync(TestContext.Current.CancellationToken).Within();

    public Task StopAsync() => Bus.StopAsync(TestContext.Current.CancellationToken).Within();

    public Task PublishAsync(IEnumerable<Counted> events) =>
        Publisher.PublishBatchAsync(events, TestContext.Current.CancellationToken).AsTask().Within();

    public async Task<HealthStatus> HealthAsync() =>
        (await _services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken).Within()).Status;

    public Task HealthBecomesAsync(Func<HealthStatus, bool> condition, string what) =>
        Eventually.TrueAsync(async () => condition(await HealthAsync()), () => $"health to say {what}.{Log}");

    /// <summary>How many dead letters the group has.</summary>
    public Task<int> CountDeadAsync() => DeadLetters.CountAsync(Group, cancellationToken: TestContext.Current.CancellationToken).AsTask().Within();

    /// <summary>How many events the group has yet to settle.</summary>
    public async Task<long> LagAsync() =>
        (await Topics.GetLagAsync(Group, TestContext.Current.CancellationToken).AsTask().Within()).Sum(static lag => lag.Count);

    public Task SettledAsync() => Eventually.TrueAsync(async () => await LagAsync() == 0, () => $"everything to be settled.{Log}");

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
