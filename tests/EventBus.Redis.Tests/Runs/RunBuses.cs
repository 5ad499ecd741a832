using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Redis.Tests.Runs;

/// <summary>Buses of runs on Redis.</summary>
internal static class RunBuses
{
    /// <summary>A bus that has not been started.</summary>
    public static RunBus Create(
        string configuration, Tally? tally = null, Action<RedisOptions>? settings = null, Action<EventBusBuilder>? configure = null,
        Func<Counted, EventContext, CancellationToken, ValueTask>? handler = null) =>
        RunBus.Create(
            bus => bus.UseRedis(configuration, options =>
            {
                options.Partitions = 2;
                options.MemberTimeout = TimeSpan.FromSeconds(5);
                settings?.Invoke(options);
            }),
            tally,
            configure,
            handler);

    public static Task<RunBus> StartAsync(
        string configuration, Tally? tally = null, Action<RedisOptions>? settings = null, Action<EventBusBuilder>? configure = null,
        Func<Counted, EventContext, CancellationToken, ValueTask>? handler = null) =>
        BusProcess.StartedAsync(Create(configuration, tally, settings, configure, handler));
}
