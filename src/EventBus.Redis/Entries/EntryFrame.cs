using System.Buffers;
using StackExchange.Redis;

namespace EventBus.Redis.Entries;

/// <summary>
/// The fields of one entry, used again for others: the client reads them until the answer is there, so that a frame is given back only after it.
/// </summary>
internal sealed class EntryFrame : IBufferWriter<byte>
{
    private const int InitialLength = 1024;
    private const int LongestKept = 64 * 1024;
    private static readonly RedisValue s_attributes = EntryFields.AttributesName.ToArray();
    private static readonly RedisValue s_data = EntryFields.DataName.ToArray();
    private readonly NameValueEntry[] _plain = new NameValueEntry[2];
    private byte[] _buffer = new byte[InitialLength];
    private int _used;

    /// <summary>Whether the frame is small enough to be kept.</summary>
    public bool IsReusable => _buffer.Length <= LongestKept;

    /// <summary>Fills the frame.</summary>
    /// <returns>What to store.</returns>
    public NameValueEntry[] Fill(in Envelope envelope, EntryWriter writer)
    {
        _used = 0;
        writer.WriteAttributes(in envelope, this);
        var attributes = _used;
        envelope.WriteDataTo(this);
        var headers = envelope.Metadata.Headers;
        var fields = headers.Count == 0 ? _plain : new NameValueEntry[_plain.Length + headers.Count];
        fields[0] = new NameValueEntry(s_attributes, (ReadOnlyMemory<byte>)_buffer.AsMemory(0, attributes));
        fields[1] = new NameValueEntry(s_data, (ReadOnlyMemory<byte>)_buffer.AsMemory(attributes, _used - attributes));
        if (headers.Count > 0)
        {
            var next = _plain.Length;
            foreach (var (name, value) in headers)
            {
                fields[next++] = new NameValueEntry(EntryFields.HeaderPrefix + name, value);
            }
        }

        return fields;
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
}
