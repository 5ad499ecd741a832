namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>What a client is told that the broker can do: the oldest kind of that answer, which has no tagged fields, with changes.</summary>
internal static class ApiVersions
{
    private const short UnsupportedVersion = 35;

    /// <param name="request">The client's question.</param>
    /// <param name="most">The latest versions that the client may use.</param>
    /// <param name="added">What the broker cannot do, or in no such version, and the proxy can, with the latest version.</param>
    public static Handling Handle(
        ProxiedRequest request, IReadOnlyDictionary<KafkaRequest, short> most, IReadOnlyDictionary<KafkaRequest, short> added)
    {
        // The client asks again for the oldest.
        return request.Version > 0
            ? new Handling(Answer: request.Answer().Int16(UnsupportedVersion).Int32(0).ToFrame())
            : Handling.Changing(frame => Change(request, frame, most, added));
    }

    private static byte[] Change(
        ProxiedRequest request, byte[] frame, IReadOnlyDictionary<KafkaRequest, short> most, IReadOnlyDictionary<KafkaRequest, short> added)
    {
        var reader = new WireReader(frame);
        _ = reader.Int64();
        var changed = request.Answer().Int16(reader.Int16());
        var count = reader.Int32();
        var known = new List<(short Kind, short First, short Last)>();
        for (; count > 0; count--)
        {
            var kind = reader.Int16();
            var first = reader.Int16();
            var last = reader.Int16();
            if (!added.ContainsKey((KafkaRequest)kind))
            {
                known.Add((kind, first, Math.Min(last, most.GetValueOrDefault((KafkaRequest)kind, last))));
            }
        }

        known.AddRange(added.Select(static own => ((short)own.Key, (short)0, own.Value)));
        changed.Int32(known.Count);
        foreach (var (kind, first, last) in known)
        {
            changed.Int16(kind).Int16(first).Int16(last);
        }

        return changed.ToFrame();
    }
}
