using EventBus.Kafka.Brokers.Proxies;

namespace EventBus.Kafka.Brokers;

/// <summary>Brokers that somebody else has started, who know nothing of the proxies before them.</summary>
internal sealed class RealCluster : ProxiedCluster
{
    private static readonly Dictionary<KafkaRequest, short> s_nothing = [];

    private RealCluster(IEnumerable<Confluent.Kafka.BrokerMetadata> brokers)
    {
        var addresses = new AddressBook();
        Handle(KafkaRequest.ApiVersions, static request => ApiVersions.Handle(request, AddressBook.Versions, s_nothing));
        Handle(addresses.Handlers);
        foreach (var broker in brokers)
        {
            addresses.Add(broker.BrokerId, Add(broker.Host, broker.Port).Port);
        }
    }

    public static async Task<RealCluster> CreateAsync(string bootstrapServers) => new(await GivenBrokers.ReachAsync(bootstrapServers));
}
