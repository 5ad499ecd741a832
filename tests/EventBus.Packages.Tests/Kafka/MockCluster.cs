using Confluent.Kafka;

namespace EventBus.Packages.Tests.Kafka;

/// <summary>
/// librdkafka's own cluster of mock brokers, which speak the real protocol over loopback TCP. It lives as long as the client
/// that was asked for it, so this keeps that client.
/// </summary>
public sealed class MockCluster : IDisposable
{
    private readonly IProducer<Null, Null> _owner;

    public MockCluster()
    {
        var settings = new ClientConfig();
        settings.Set("test.mock.num.brokers", "3");
        _owner = new ProducerBuilder<Null, Null>(new ProducerConfig(settings)).Build();
        using var admin = new DependentAdminClientBuilder(_owner.Handle).Build();
        BootstrapServers = string.Join(
            ',', admin.GetMetadata(Deadline.Default).Brokers.Select(broker => $"{broker.Host}:{broker.Port}"));
    }

    public string BootstrapServers { get; }

    public void Dispose() => _owner.Dispose();
}
