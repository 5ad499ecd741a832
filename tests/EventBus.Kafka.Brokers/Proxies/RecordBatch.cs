using System.Buffers.Binary;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>The head of a batch of records, in the format that Kafka has had since version 0.11.</summary>
internal readonly ref struct RecordBatch(ReadOnlySpan<byte> bytes)
{
    public const int HeadLength = 61;
    private const int LengthAt = 8;
    private const int LengthEnd = 12;
    private const int AttributesAt = 21;
    private const int LastDeltaAt = 23;
    private const int ProducerAt = 43;
    private const int EpochAt = 51;
    private const int SequenceAt = 53;
    private const int CountAt = 57;
    private const short Transactional = 0x10;
    private const short Control = 0x20;
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public long First => BinaryPrimitives.ReadInt64BigEndian(_bytes);

    public long Last => First + BinaryPrimitives.ReadInt32BigEndian(_bytes[LastDeltaAt..]);

    /// <summary>Of the whole batch.</summary>
    public int Length => LengthEnd + BinaryPrimitives.ReadInt32BigEndian(_bytes[LengthAt..]);

    public long Producer => BinaryPrimitives.ReadInt64BigEndian(_bytes[ProducerAt..]);

    public short Epoch => BinaryPrimitives.ReadInt16BigEndian(_bytes[EpochAt..]);

    /// <summary>The number of the first record among the producer's to the partition.</summary>
    public int Sequence => BinaryPrimitives.ReadInt32BigEndian(_bytes[SequenceAt..]);

    public int Count => BinaryPrimitives.ReadInt32BigEndian(_bytes[CountAt..]);

    /// <summary>Whether its records count only once their transaction is committed. The marker that says so is none of them.</summary>
    public bool IsOfTransaction => (BinaryPrimitives.ReadInt16BigEndian(_bytes[AttributesAt..]) & (Transactional | Control)) == Transactional;
}
