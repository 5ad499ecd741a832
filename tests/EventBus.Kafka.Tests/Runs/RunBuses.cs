using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Kafka.Tests.Runs;

/// <summary>Buses of runs on Kafka.</summary>
internal static class RunBuses
{
    public const int Partitions = 4;

    /// <summary>A bus that has not been started.</summary>
    public static RunBus Create(
        string brokers, Tally? tally = null, Action<KafkaOptions>? settings = null, Action<EventBusBuilder>? configure = null) =>
        RunBus.Create(
            bus => bus.UseKafka(brokers, options =>
            {
                options.NewTopics.Partitions = Partitions;
                options.ConsumerProperties["session.timeout.ms"] = "4000";
                options.ConsumerProperties["heartbeat.interval.ms"] = "200";
                settings?.Invoke(options);
            }),
            tally,
            configure);

    public static Task<RunBus> StartAsync(
        string brokers, Tally? tally = null, Action<KafkaOptions>? settings = null, Action<EventBusBuilder>? configure = null) =>
        BusProcess.StartedAsync(Create(brokers, tally, settings, configure));
}
