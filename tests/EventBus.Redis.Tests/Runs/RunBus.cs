using EventBus.DeadLetters;
using EventBus.Redis.TestProcess;
using EventBus.Redis.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace EventBus.Redis.Tests.Runs;

/// <summary>A bus with its own connections, as a process has it: it publishes <see cref="Counted"/>, and handles it where it has a tally.</summary>
internal sealed class RunBus : BusProcess
{
    public const string Group = "group";

    public RunBus(
        string configuration, Tally? tally = null, Action<RedisOptions>? settings = null, Action<EventBusBuilder>? configure = null,
        Func<Counted, EventContext, CancellationToken, ValueTask>? handler = null)
        : this(new RunLog(), configuration, tally, settings, configure, handler)
    {
    }

    private RunBus(
        RunLog log, string configuration, Tally? tally, Action<RedisOptions>? settings, Action<EventBusBuilder>? configure,
        Func<Counted, EventContext, CancellationToken, ValueTask>? handler)
        : base(Build(log, configuration, tally, settings, configure, handler)) => Log = log;

    public RunLog Log { get; }

    public IEventLog Topics => Services.GetRequiredService<IEventLog>();

    public IDeadLetters DeadLetters => Services.GetRequiredService<IDeadLetters>();

    public static Task<RunBus> StartAsync(
        string configuration, Tally? tally = null, Action<RedisOptions>? settings = null, Action<EventBusBuilder>? configure = null,
        Func<Counted, EventContext, CancellationToken, ValueTask>? handler = null) =>
        StartedAsync(new RunBus(configuration, tally, settings, configure, handler));

    public Task PublishAsync(IEnumerable<Counted> events) =>
        Publisher.PublishBatchAsync(events, TestContext.Current.CancellationToken).AsTask().Within();

    public async Task<HealthStatus> HealthAsync() =>
        (await Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken).Within()).Status;

    public Task HealthBecomesAsync(Func<HealthStatus, bool> condition, string what) =>
        Eventually.TrueAsync(async () => condition(await HealthAsync()), () => $"health to say {what}.{Log}");

    /// <summary>How many dead letters the group has.</summary>
    public Task<int> CountDeadAsync() => DeadLetters.CountAsync(Group, cancellationToken: TestContext.Current.CancellationToken).AsTask().Within();

    /// <summary>How many events the group has yet to settle.</summary>
    public async Task<long> LagAsync() =>
        (await Topics.GetLagAsync(Group, TestContext.Current.CancellationToken).AsTask().Within()).Sum(static lag => lag.Count);

    public Task SettledAsync() => Eventually.TrueAsync(async () => await LagAsync() == 0, () => $"everything to be settled.{Log}");

    private static ServiceProvider Build(
        RunLog log, string configuration, Tally? tally, Action<RedisOptions>? settings, Action<EventBusBuilder>? configure,
        Func<Counted, EventContext, CancellationToken, ValueTask>? handler)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(log));
        services.AddHealthChecks().AddEventBus();
        services.AddEventBus(bus =>
        {
            bus.UseRedis(configuration, options =>
            {
                options.Partitions = 2;
                options.MemberTimeout = TimeSpan.FromSeconds(5);
                settings?.Invoke(options);
            });
            bus.Event<Counted>(Counted.Topic, key: static counted => counted.Key);
            if (tally is not null)
            {
                bus.Subscription(Group).Handle<Counted>(async (counted, context, token) =>
                    {
                        if (handler is not null)
                        {
                            await handler(counted, context, token);
                        }

                        tally.Add(counted);
                    })
                    .WithConcurrency(4)
                    .WithRetry(static retry => retry.Attempts = 2)
                    .WithDeadLetters();
            }

            configure?.Invoke(bus);
        });
        return services.BuildServiceProvider();
    }
}
