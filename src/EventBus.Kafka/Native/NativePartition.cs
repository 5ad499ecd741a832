using System.Runtime.InteropServices;

namespace EventBus.Kafka.Native;

/// <summary><c>rd_kafka_topic_partition_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativePartition
{
    public byte* Topic;
    public int Partition;

    /// <summary>An offset, a time, or one of the values of <see cref="LogicalOffset"/>.</summary>
    public long Offset;

    /// <summary>A commit's metadata, by <see cref="Librdkafka.Allocate"/>; the list frees it.</summary>
    public void* Metadata;
    public nuint MetadataLength;
    public void* State;
    public int Error;
    public void* Private;
}

/// <summary><c>rd_kafka_topic_partition_list_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativePartitionList
{
    public int Count;
    public int Room;
    public NativePartition* Elements;
}
