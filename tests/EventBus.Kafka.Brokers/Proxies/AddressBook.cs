using System.Collections.Concurrent;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>Tells clients the addresses of proxies in place of brokers', where the brokers themselves cannot be made to.</summary>
internal sealed class AddressBook
{
    private readonly ConcurrentDictionary<int, int> _ports = [];

    /// <summary>
    /// The latest versions in which addresses stand only where this changes them, and without tagged fields. Topics have no ids in these, so whatever needs
    /// them is kept to versions without.
    /// </summary>
    public static IReadOnlyDictionary<KafkaRequest, short> Versions { get; } = new Dictionary<KafkaRequest, short>
    {
        [KafkaRequest.Metadata] = 4,
        [KafkaRequest.FindCoordinator] = 2,
        [KafkaRequest.Produce] = 9,
        [KafkaRequest.Fetch] = 12,
        [KafkaRequest.OffsetCommit] = 9,
        [KafkaRequest.OffsetFetch] = 9,
    };

    public IEnumerable<KeyValuePair<KafkaRequest, Func<ProxiedRequest, Handling>>> Handlers =>
    [
        new(KafkaRequest.Metadata, request => Handling.Changing(frame => ChangeMetadata(request, frame))),
        new(KafkaRequest.FindCoordinator, request => Handling.Changing(frame => ChangeCoordinator(request, frame))),
    ];

    /// <summary>Puts a proxy in the place of a broker.</summary>
    public void Add(int broker, int port) => _ports[broker] = port;

    private byte[] ChangeMetadata(ProxiedRequest request, byte[] frame)
    {
        var reader = new WireReader(frame);
        _ = reader.Int64();
        var changed = request.Answer();
        if (request.Version >= 3)
        {
            changed.Int32(reader.Int32());
        }

        var brokers = reader.Int32();
        for (changed.Int32(brokers); brokers > 0; brokers--)
        {
            PassBroker(ref reader, changed);
            if (request.Version >= 1)
            {
                changed.Text(reader.Text());
            }
        }

        return changed.Raw(reader.Rest).ToFrame();
    }

    private byte[] ChangeCoordinator(ProxiedRequest request, byte[] frame)
    {
        var reader = new WireReader(frame);
        _ = reader.Int64();
        var changed = request.Answer();
        if (request.Version >= 1)
        {
            changed.Int32(reader.Int32());
        }

        changed.Int16(reader.Int16());
        if (request.Version >= 1)
        {
            changed.Text(reader.Text());
        }

        PassBroker(ref reader, changed);
        return changed.Raw(reader.Rest).ToFrame();
    }

    private void PassBroker(ref WireReader reader, WireWriter changed)
    {
        var broker = reader.Int32();
        var host = reader.Text();
        var port = reader.Int32();
        if (_ports.TryGetValue(broker, out var own))
        {
            (host, port) = ("127.0.0.1", own);
        }

        changed.Int32(broker).Text(host).Int32(port);
    }
}
