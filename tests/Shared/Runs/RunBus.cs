using EventBus.DeadLetters;
using EventBus.Shared.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace EventBus.Shared.Runs;

/// <summary>A bus with clients of its own, as a process has it: it publishes <see cref="Counted"/>, and handles it where it has a tally.</summary>
internal sealed class RunBus : BusProcess
{
    public const string Group = "group";

    private RunBus(ServiceProvider services, RunLog log)
        : base(services) => Log = log;

    public RunLog Log { get; }

    public IEventLog Topics => Services.GetRequiredService<IEventLog>();

    public IDeadLetters DeadLetters => Services.GetRequiredService<IDeadLetters>();

    /// <summary>A bus that has not been started.</summary>
    /// <param name="use">Chooses the transport.</param>
    /// <param name="tally">What counts the events that are handled; null for a bus that handles none.</param>
    /// <param name="configure">Adds to the bus.</param>
    /// <param name="handler">What the handler does before it counts; null for nothing.</param>
    public static RunBus Create(
        Action<EventBusBuilder> use, Tally? tally = null, Action<EventBusBuilder>? configure = null,
        Func<Counted, EventContext, CancellationToken, ValueTask>? handler = null)
    {
        var log = new RunLog();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(log));
        services.AddHealthChecks().AddEventBus();
        services.AddEventBus(bus =>
        {
            use(bus);
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
        return new RunBus(services.BuildServiceProvider(), log);
    }

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
}
