using Confluent.Kafka;

namespace EventBus.Kafka.Brokers;

/// <summary>Finds the first record of a time by reading the partition.</summary>
internal static class TimeScan
{
    private const long None = -1;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    public static (long Offset, long Time) Find(string bootstrapServers, string topic, int partition, long time)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(
            new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = "none", ClientId = "time-scan" }).SetLogHandler(static (_, _) => { }).Build();
        var place = new TopicPartition(topic, partition);
        var ends = consumer.QueryWatermarkOffsets(place, s_limit);
        consumer.Assign(new TopicPartitionOffset(place, ends.Low));
        for (var next = ends.Low.Value; next < ends.High.Value;)
        {
            if (consumer.Consume(s_limit) is not { } record)
            {
                break;
            }

            if (record.Message.Timestamp.UnixTimestampMs >= time)
            {
                return (record.Offset.Value, record.Message.Timestamp.UnixTimestampMs);
            }

            next = record.Offset.Value + 1;
        }

        return (None, None);
    }
}
