namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>A client's request as a proxy has it.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Version">In which version of the protocol.</param>
/// <param name="Number">What the answer tells it by.</param>
/// <param name="Client">The client's <c>client.id</c>.</param>
/// <param name="Body">What stands behind the header.</param>
internal sealed record ProxiedRequest(KafkaRequest Kind, short Version, int Number, string Client, ReadOnlyMemory<byte> Body)
{
    public static ProxiedRequest Read(byte[] frame)
    {
        var reader = new WireReader(frame);
        _ = reader.Int32();
        var kind = (KafkaRequest)reader.Int16();
        var version = reader.Int16();
        var number = reader.Int32();
        var client = reader.Text() ?? string.Empty;
        return new ProxiedRequest(kind, version, number, client, frame.AsMemory()[^reader.Rest.Length..]);
    }

    public WireReader Reader() => new(Body.Span);

    /// <summary>Begins an answer.</summary>
    public WireWriter Answer() => new WireWriter().Int32(Number);
}
