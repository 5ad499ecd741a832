using System.Buffers;
using System.Text;

namespace EventBus.Kafka.Records;

/// <summary>
/// Where the parts of a record are put together before the library copies them. It moves in memory only when it grows, which it does not as long as what
/// was reserved suffices.
/// </summary>
internal sealed unsafe class RecordBuffer : IBufferWriter<byte>
{
    private const int InitialLength = 4 * 1024;
    private const int LongestKept = 256 * 1024;
    private byte[] _bytes = Allocate(InitialLength);

    /// <summary>How much is in it.</summary>
    public int Used { get; private set; }

    /// <summary>Its first byte.</summary>
    public byte* Start => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _bytes[0]);

    /// <summary>Behind its last byte, where the next one comes.</summary>
    public byte* End => Start + Used;

    /// <summary>Empties it for the next record.</summary>
    public void Clear()
    {
        Used = 0;
        if (_bytes.Length > LongestKept)
        {
            _bytes = Allocate(InitialLength);
        }
    }

    /// <summary>Adds text as UTF-8.</summary>
    /// <returns>How many bytes.</returns>
    public int Write(string text)
    {
        var length = Encoding.UTF8.GetBytes(text, GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        Used += length;
        return length;
    }

    /// <summary>Adds a zero, which ends a header's name.</summary>
    public void WriteZero()
    {
        GetSpan(1)[0] = 0;
        Used++;
    }

    public void Advance(int count) => Used += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Used);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Used);
    }

    /// <summary>Makes room, for which it may move.</summary>
    public void Reserve(int size)
    {
        size = Math.Max(size, 1);
        if (_bytes.Length - Used < size)
        {
            var larger = Allocate(checked((int)Math.Min(Array.MaxLength, Math.Max(_bytes.Length * 2L, (long)Used + size))));
            _bytes.AsSpan(0, Used).CopyTo(larger);
            _bytes = larger;
        }
    }

    private static byte[] Allocate(int length) => GC.AllocateUninitializedArray<byte>(length, pinned: true);
}
