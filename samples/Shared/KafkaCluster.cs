using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Configuration;

namespace Samples;

/// <summary>What samples do with a Kafka cluster beside the bus.</summary>
internal static class KafkaCluster
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <exception cref="KafkaException">None of them answers.</exception>
    public static IReadOnlyList<BrokerMetadata> Brokers(IConfiguration configuration)
    {
        using var admin = Connect(configuration);
        return admin.GetMetadata(Limit).Brokers;
    }

    /// <summary>Removes the topics and groups whose names begin with a prefix.</summary>
    public static async Task RemoveAsync(IConfiguration configuration, string prefix)
    {
        using var admin = Connect(configuration);
        try
        {
            var topics = admin.GetMetadata(Limit).Topics.Select(static topic => topic.Topic).Where(IsOwn).ToArray();
            if (topics.Length > 0)
            {
                await admin.DeleteTopicsAsync(topics, new DeleteTopicsOptions { RequestTimeout = Limit });
            }

            var groups = (await admin.ListConsumerGroupsAsync()).Valid.Select(static group => group.GroupId).Where(IsOwn).ToArray();
            if (groups.Length > 0)
            {
                await admin.DeleteGroupsAsync(groups, new DeleteGroupsOptions { RequestTimeout = Limit });
            }
        }
        catch (KafkaException exception)
        {
            // Mock brokers keep everything until they end, and a group stays whose dead members have not been missed yet.
            if (exception.Error.Code != ErrorCode.Local_UnsupportedFeature)
            {
                await Console.Error.WriteLineAsync($"Not everything whose name begins with {prefix} could be removed: {exception.Message}");
            }
        }

        bool IsOwn(string name) => name.StartsWith(prefix, StringComparison.Ordinal);
    }

    // The bus's settings of the connection have the names that Confluent.Kafka has for them.
    private static IAdminClient Connect(IConfiguration configuration)
    {
        var settings = configuration.GetSection("EventBus:Kafka");
        var client = new AdminClientConfig { BootstrapServers = "localhost:9092" };
        settings.Bind(client);
        foreach (var property in settings.GetSection("Properties").GetChildren())
        {
            client.Set(property.Key, property.Value);
        }

        return new AdminClientBuilder(client).SetLogHandler(static (_, _) => { }).Build();
    }
}
