using System.Globalization;
using System.Text;
using Confluent.Kafka;
using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Kafka.Raw;

/// <summary>Makes what the client alone sends: the value and nothing else, or with a key and with the headers that the bus's events have.</summary>
internal sealed class RawMessages(string topic, int partitions, bool haveHeaders)
{
    // Without keys the partition changes after so many, as the client would do it by time.
    private const int Stay = 1_000;
    private static readonly Header SpecVersion = new("ce_specversion", "1.0"u8.ToArray());
    private static readonly Header Type = new("ce_type", Encoding.UTF8.GetBytes(KafkaEvent.Type));
    private static readonly Header Source = new("ce_source", Encoding.UTF8.GetBytes(KafkaEvent.Source));
    private static readonly Header ContentType = new("content-type", "application/octet-stream"u8.ToArray());
    private readonly string[] _keys = EventKeys.For(partitions);
    private readonly TopicPartition _anywhere = new(topic, Partition.Any);
    private readonly TopicPartition[] _places = [.. Enumerable.Range(0, partitions).Select(partition => new TopicPartition(topic, partition))];
    private int _number;

    /// <summary>The next one, and where to.</summary>
    public (TopicPartition Place, Message<string, byte[]> Message) Next()
    {
        var number = _number++;
        return haveHeaders
            ? (_anywhere, new Message<string, byte[]> { Key = _keys[number % _keys.Length], Value = Payload.Bytes, Headers = NewHeaders() })
            : (_places[number / Stay % _places.Length], new Message<string, byte[]> { Value = Payload.Bytes });
    }

    private static Headers NewHeaders()
    {
        var id = new byte[36];
        Guid.CreateVersion7().TryFormat(id, out _);
        var time = new byte[28];
        TimeProvider.System.GetUtcNow().UtcDateTime.TryFormat(time, out _, "O", CultureInfo.InvariantCulture);
        return new Headers { SpecVersion, Type, Source, ContentType, new Header("ce_id", id), new Header("ce_time", time) };
    }
}
