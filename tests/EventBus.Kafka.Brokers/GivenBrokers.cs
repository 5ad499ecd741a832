using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace EventBus.Kafka.Brokers;

/// <summary>What the tests ask of brokers beside the bus.</summary>
internal static class GivenBrokers
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <summary>Finds all brokers, and fails where none answers.</summary>
    public static Task<List<BrokerMetadata>> ReachAsync(string bootstrapServers) => Task.Run(() =>
    {
        using var admin = Connect(bootstrapServers);
        try
        {
            return admin.GetMetadata(s_limit).Brokers;
        }
        catch (KafkaException exception)
        {
            throw new InvalidOperationException($"The Kafka brokers {bootstrapServers} of the tests do not answer: {exception.Message}", exception);
        }
    });

    /// <summary>Removes the topics and groups whose names begin with a prefix.</summary>
    public static async Task RemoveAsync(string bootstrapServers, string prefix)
    {
        using var admin = Connect(bootstrapServers);
        var topics = admin.GetMetadata(s_limit).Topics.Select(static topic => topic.Topic)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        if (topics.Length > 0)
        {
            await admin.DeleteTopicsAsync(topics, new DeleteTopicsOptions { RequestTimeout = s_limit });
        }

        var groups = (await admin.ListConsumerGroupsAsync()).Valid.Select(static group => group.GroupId)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        if (groups.Length > 0)
        {
            await admin.DeleteGroupsAsync(groups, new DeleteGroupsOptions { RequestTimeout = s_limit });
        }
    }

    private static IAdminClient Connect(string bootstrapServers) =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
}
