namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>Finds the offsets of times, which the mock brokers do not: they answer each such question with "none".</summary>
/// <param name="find">Gives the offset and the time of a partition's first record at a time or later; -1 for both where there is none.</param>
internal sealed class OffsetTimes(Func<string, int, long, (long Offset, long Time)> find)
{
    /// <summary>The latest version without tagged fields.</summary>
    public const short Version = 5;

    /// <summary>What a proxy does with the question; where it asks for either end of a partition, the broker answers.</summary>
    public Handling Handle(ProxiedRequest request)
    {
        var reader = request.Reader();
        _ = reader.Int32();
        if (request.Version >= 2)
        {
            _ = reader.Byte();
        }

        var answer = request.Answer();
        if (request.Version >= 2)
        {
            answer.Int32(0);
        }

        var topics = reader.Int32();
        for (answer.Int32(topics); topics > 0; topics--)
        {
            var topic = reader.Text()!;
            var partitions = reader.Int32();
            for (answer.Text(topic).Int32(partitions); partitions > 0; partitions--)
            {
                var partition = reader.Int32();
                if (request.Version >= 4)
                {
                    _ = reader.Int32();
                }

                var asked = reader.Int64();
                if (asked < 0)
                {
                    return default;
                }

                var (offset, time) = find(topic, partition, asked);
                answer.Int32(partition).Int16(0).Int64(time).Int64(offset);
                if (request.Version >= 4)
                {
                    answer.Int32(-1);
                }
            }
        }

        return new Handling(Answer: answer.ToFrame());
    }
}
