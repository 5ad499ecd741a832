using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace EventBus.Kafka.Native;

/// <summary>A list of partitions in the library's memory. For one thread, and disposed by it.</summary>
internal sealed unsafe class PartitionList : IDisposable
{
    private NativePartitionList* _list;

    public PartitionList(int room = 8) => _list = Librdkafka.NewPartitionList(room);

    public NativePartitionList* Pointer => _list;

    public int Count => _list->Count;

    /// <summary>Adds a partition.</summary>
    /// <param name="topic">Its topic; in a subscription also a pattern that begins with <c>^</c>.</param>
    /// <param name="partition">Its number; -1 where the list is of topics.</param>
    /// <param name="offset">An offset, a time or a place.</param>
    public void Add(string topic, int partition, long offset = LogicalOffset.None) =>
        Librdkafka.AddPartition(_list, topic, partition)->Offset = offset;

    /// <summary>Adds a partition with an offset to commit.</summary>
    public void Add(string topic, int partition, long offset, nint client, string metadata)
    {
        var added = Librdkafka.AddPartition(_list, topic, partition);
        added->Offset = offset;
        if (metadata.Length > 0)
        {
            // It becomes the list's, which frees it.
            var length = Encoding.UTF8.GetByteCount(metadata);
            added->Metadata = Librdkafka.Allocate(client, (nuint)length);
            added->MetadataLength = (nuint)length;
            Encoding.UTF8.GetBytes(metadata, new Span<byte>(added->Metadata, length));
        }
    }

    /// <summary>What a list says, the event's own or one of ours.</summary>
    public static PartitionEntry[] Read(NativePartitionList* list)
    {
        var entries = new PartitionEntry[list is null ? 0 : list->Count];
        for (var i = 0; i < entries.Length; i++)
        {
            ref var element = ref list->Elements[i];
            entries[i] = new PartitionEntry(
                Marshal.PtrToStringUTF8((nint)element.Topic)!,
                element.Partition,
                element.Offset,
                element.Metadata is null ? "" : Encoding.UTF8.GetString((byte*)element.Metadata, checked((int)element.MetadataLength)),
                (ErrorCode)element.Error);
        }

        return entries;
    }

    public PartitionEntry[] Read() => Read(_list);

    public void Dispose()
    {
        if (_list is not null)
        {
            Librdkafka.DestroyPartitionList(_list);
            _list = null;
        }
    }
}
