using System.Buffers;
using System.Text;
using StackExchange.Redis;

namespace EventBus.Redis.Entries;

/// <summary>
/// The arguments of one XADD, used again for others: the client reads them until the answer is there, so that a frame is given back only after it.
/// </summary>
internal sealed class EntryFrame : IBufferWriter<byte>
{
    private const int InitialLength = 1024;
    private const int LongestKept = 64 * 1024;
    private const int AttributesPlace = 3;
    private const int DataPlace = 5;
    private const int PlainLength = 6;
    private static readonly object s_auto = (RedisValue)"*"u8.ToArray();
    private static readonly object s_attributes = (RedisValue)Encoding.ASCII.GetBytes(EntryFields.Attributes);
    private static readonly object s_data = (RedisValue)Encoding.ASCII.GetBytes(EntryFields.Data);
    private readonly object[] _plain = [null!, s_auto, s_attributes, null!, s_data, null!];
    private byte[] _buffer = new byte[InitialLength];
    private int _used;

    /// <summary>Whether the frame is small enough to be kept.</summary>
    public bool IsReusable => _buffer.Length <= LongestKept;

    /// <summary>Fills the frame.</summary>
    /// <param name="stream">The stream's key, boxed.</param>
    /// <param name="envelope">The event.</param>
    /// <param name="writer">Writes the attributes.</param>
    /// <returns>What to send behind XADD.</returns>
    public object[] Fill(object stream, in Envelope envelope, EntryWriter writer)
    {
        _used = 0;
        writer.WriteAttributes(in envelope, this);
        var attributes = _used;
        envelope.WriteDataTo(this);
        var arguments = envelope.Metadata.Headers.Count == 0 ? _plain : WithHeaders(envelope.Metadata.Headers);
        arguments[0] = stream;
        arguments[AttributesPlace] = (RedisValue)(ReadOnlyMemory<byte>)_buffer.AsMemory(0, attributes);
        arguments[DataPlace] = (RedisValue)(ReadOnlyMemory<byte>)_buffer.AsMemory(attributes, _used - attributes);
        return arguments;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        _used += bytes.Length;
    }

    public void Advance(int count) => _used += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_used);
    }

    private void Reserve(int size)
    {
        size = Math.Max(size, 1);
        if (_buffer.Length - _used < size)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _used + size));
        }
    }

    private static object[] WithHeaders(IReadOnlyDictionary<string, string> headers)
    {
        var arguments = new object[PlainLength + (headers.Count * 2)];
        (arguments[1], arguments[2], arguments[4]) = (s_auto, s_attributes, s_data);
        var next = PlainLength;
        foreach (var (name, value) in headers)
        {
            arguments[next++] = (RedisValue)(EntryFields.HeaderPrefix + name);
            arguments[next++] = (RedisValue)value;
        }

        return arguments;
    }
}
