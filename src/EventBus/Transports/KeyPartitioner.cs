using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EventBus.Transports;

/// <summary>
/// Key → partition by murmur2 of the key's UTF-8 bytes, the hash of Kafka's Java client, so that producers in other languages
/// and a topic that moves between transports agree.
/// </summary>
/// <seealso href="https://github.com/apache/kafka/blob/3.9/clients/src/main/java/org/apache/kafka/common/utils/Utils.java"/>
internal static class KeyPartitioner
{
    private const uint Seed = 0x9747b28c;
    private const uint Multiplier = 0x5bd1e995;
    private const int Shift = 24;
    private const int StackLimit = 256;

    public static int Partition(string key, int partitions)
    {
        if (partitions == 1)
        {
            return 0;
        }

        var length = Encoding.UTF8.GetMaxByteCount(key.Length);
        if (length <= StackLimit)
        {
            Span<byte> bytes = stackalloc byte[StackLimit];
            return Partition(bytes[..Encoding.UTF8.GetBytes(key, bytes)], partitions);
        }

        var rented = ArrayPool<byte>.Shared.Rent(length);
        var partition = Partition(rented.AsSpan(0, Encoding.UTF8.GetBytes(key, rented)), partitions);
        ArrayPool<byte>.Shared.Return(rented);
        return partition;
    }

    public static int Partition(ReadOnlySpan<byte> key, int partitions) => (int)(Murmur2(key) & 0x7fffffff) % partitions;

    public static uint Murmur2(ReadOnlySpan<byte> data)
    {
        var hash = Seed ^ (uint)data.Length;
        while (data.Length >= sizeof(uint))
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(data) * Multiplier;
            word = (word ^ (word >> Shift)) * Multiplier;
            hash = (hash * Multiplier) ^ word;
            data = data[sizeof(uint)..];
        }

        for (var i = data.Length - 1; i >= 0; i--)
        {
            hash ^= (uint)data[i] << (8 * i);
        }

        hash = data.IsEmpty ? hash : hash * Multiplier;
        hash = (hash ^ (hash >> 13)) * Multiplier;
        return hash ^ (hash >> 15);
    }
}
