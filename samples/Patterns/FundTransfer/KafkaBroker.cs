using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Samples;

namespace FundTransfer;

/// <summary>A Kafka cluster. Each member has connections of its own, over a cable that can be cut.</summary>
internal sealed class KafkaBroker(SampleSettings settings) : IBroker
{
    // The shortest that brokers allow unless they are told otherwise: the run is to be over soon, and a member that dies is missed only after this time.
    private static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(6);
    private readonly IReadOnlyList<BrokerMetadata> _brokers = KafkaCluster.Brokers(settings.Configuration);
    private readonly ConcurrentDictionary<string, KafkaCable> _cables = new(StringComparer.Ordinal);

    public void Carry(EventBusBuilder bus, string member)
    {
        var cable = _cables.GetOrAdd(member, _ => new KafkaCable(_brokers));
        bus.Services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddConfiguration(settings.Configuration)
            .AddInMemoryCollection([new("EventBus:Kafka:BootstrapServers", cable.Servers)]).Build());
        bus.UseKafka(configure: kafka => (kafka.NewTopics.Partitions, kafka.SessionTimeout) = (8, SessionTimeout));
    }

    public void CutOff(string member) => _cables[member].Cut();

    public ValueTask DisposeAsync()
    {
        foreach (var cable in _cables.Values)
        {
            cable.Cut();
        }

        return ValueTask.CompletedTask;
    }
}
