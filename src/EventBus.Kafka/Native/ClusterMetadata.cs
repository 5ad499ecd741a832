using System.Runtime.InteropServices;

namespace EventBus.Kafka.Native;

/// <summary><c>rd_kafka_metadata_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ClusterMetadata
{
    public int BrokerCount;
    public BrokerMetadata* Brokers;
    public int TopicCount;
    public TopicMetadata* Topics;
    public int AnsweredBy;
    public byte* AnsweredByName;
}

/// <summary><c>rd_kafka_metadata_broker_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BrokerMetadata
{
    public int Id;
    public byte* Host;
    public int Port;
}

/// <summary><c>rd_kafka_metadata_topic_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TopicMetadata
{
    public byte* Name;
    public int PartitionCount;
    public void* Partitions;
    public int Error;
}
