using Confluent.Kafka;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>The request in which a transaction writes places of a group.</summary>
internal sealed record OffsetsOfTransaction(
    string Id, string Group, long Producer, short Epoch, int Generation, string? Member, List<PlaceEntry> Entries)
{
    // From then on it has tagged fields, and tells which member of the group sends it.
    private const short Newest = 3;

    public static OffsetsOfTransaction Read(ProxiedRequest request)
    {
        var isNew = request.Version >= Newest;
        var reader = request.Reader();
        if (isNew)
        {
            reader.SkipTags();
        }

        var id = Text(ref reader, isNew)!;
        var group = Text(ref reader, isNew)!;
        var producer = reader.Int64();
        var epoch = reader.Int16();
        var generation = isNew ? reader.Int32() : -1;
        var member = isNew ? reader.CompactText() : null;
        if (isNew)
        {
            _ = reader.CompactText();
        }

        var entries = new List<PlaceEntry>();
        for (var topics = Count(ref reader, isNew); topics > 0; topics--)
        {
            var topic = Text(ref reader, isNew)!;
            for (var partitions = Count(ref reader, isNew); partitions > 0; partitions--)
            {
                var partition = reader.Int32();
                var offset = reader.Int64();
                if (request.Version >= 2)
                {
                    _ = reader.Int32();
                }

                entries.Add(new PlaceEntry(topic, partition, offset, Text(ref reader, isNew)));
                SkipTags(ref reader, isNew);
            }

            SkipTags(ref reader, isNew);
        }

        return new OffsetsOfTransaction(id, group, producer, epoch, generation, member, entries);
    }

    /// <summary>An answer that refuses all places.</summary>
    public byte[] Refuse(ProxiedRequest request, ErrorCode error)
    {
        var isNew = request.Version >= Newest;
        var answer = request.Answer();
        answer.Raw(isNew ? [0] : []).Int32(0);
        _ = isNew ? answer.Number(Entries.Count + 1) : answer.Int32(Entries.Count);
        foreach (var entry in Entries)
        {
            _ = isNew ? answer.CompactText(entry.Topic).Number(1 + 1) : answer.Text(entry.Topic).Int32(1);
            answer.Int32(entry.Partition).Int16((short)error).Raw(isNew ? [0, 0] : []);
        }

        return answer.Raw(isNew ? [0] : []).ToFrame();
    }

    private static string? Text(ref WireReader reader, bool isNew) => isNew ? reader.CompactText() : reader.Text();

    private static int Count(ref WireReader reader, bool isNew) => isNew ? reader.Number() - 1 : reader.Int32();

    private static void SkipTags(ref WireReader reader, bool isNew)
    {
        if (isNew)
        {
            reader.SkipTags();
        }
    }
}
