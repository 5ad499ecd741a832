using Confluent.Kafka;
using EventBus.Kafka.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Kafka.Tests.Groups;

/// <summary>A group under a prefix of its own, whose instances come and go.</summary>
internal sealed class GroupRun(KafkaServers servers, int partitions = 1)
{
    private readonly string _prefix = servers.NewPrefix();

    /// <summary>An instance of the group; without a tally one that only publishes.</summary>
    public Task<RunBus> StartAsync(Tally? tally = null, Action<KafkaOptions>? settings = null, Action<EventBusBuilder>? configure = null) =>
        RunBuses.StartAsync(
            servers.BootstrapServers,
            tally,
            options =>
            {
                options.Prefix = _prefix;
                options.NewTopics.Partitions = partitions;
                options.ConsumerProperties["session.timeout.ms"] = KafkaServers.AreReal ? "6000" : "2000";
                settings?.Invoke(options);
            },
            configure);

    /// <summary>Removes what stands before an offset, as retention does.</summary>
    public async Task RemoveAsync(int partition, long before)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers.BootstrapServers })
            .SetLogHandler(static (_, _) => { }).Build();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(_prefix + Counted.Topic, partition, before)]).Within();
    }
}
