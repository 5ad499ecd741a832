using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>Writes a request or an answer of Kafka's protocol, with its length before it.</summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public WireWriter() => Int32(0);

    /// <summary>What has been written, with its length.</summary>
    public byte[] ToFrame()
    {
        var frame = _bytes.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - sizeof(int));
        return frame;
    }

    public WireWriter Int16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_bytes.GetSpan(sizeof(short)), value);
        _bytes.Advance(sizeof(short));
        return this;
    }

    public WireWriter Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(sizeof(int)), value);
        _bytes.Advance(sizeof(int));
        return this;
    }

    public WireWriter Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
        return this;
    }

    public WireWriter Text(string? value)
    {
        if (value is null)
        {
            return Int16(-1);
        }

        Int16((short)Encoding.UTF8.GetByteCount(value));
        return Raw(Encoding.UTF8.GetBytes(value));
    }

    /// <summary>A number as versions with tagged fields write lengths.</summary>
    public WireWriter Number(int value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Raw([(byte)(value | 0x80)]);
        }

        return Raw([(byte)value]);
    }

    /// <summary>A text in a version with tagged fields.</summary>
    public WireWriter CompactText(string value) => Number(Encoding.UTF8.GetByteCount(value) + 1).Raw(Encoding.UTF8.GetBytes(value));

    /// <summary>Bytes as they are.</summary>
    public WireWriter Raw(ReadOnlySpan<byte> value)
    {
        _bytes.Write(value);
        return this;
    }
}
