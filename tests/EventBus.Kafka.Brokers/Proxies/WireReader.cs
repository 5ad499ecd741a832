using System.Buffers.Binary;
using System.Text;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>Reads a request or an answer of Kafka's protocol, most of all in those of its versions that have no tagged fields.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte Byte() => Take(sizeof(byte))[0];

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short)));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    /// <summary>A text; null where there is none.</summary>
    public string? Text()
    {
        var length = Int16();
        return length < 0 ? null : Encoding.UTF8.GetString(Take(length));
    }

    /// <summary>Bytes with their length; empty where there are none.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(Math.Max(0, Int32()));

    /// <summary>A number as versions with tagged fields write lengths: seven bits a byte.</summary>
    public int Number()
    {
        var number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = Byte();
            number |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }
    }

    /// <summary>A text in a version with tagged fields; null where there is none.</summary>
    public string? CompactText()
    {
        var length = Number() - 1;
        return length < 0 ? null : Encoding.UTF8.GetString(Take(length));
    }

    /// <summary>Passes over tagged fields.</summary>
    public void SkipTags()
    {
        for (var left = Number(); left > 0; left--)
        {
            _ = Number();
            _ = Take(Number());
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
