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
    public PartitionMetadata* Partitions;
    public int Error;
}

/// <summary><c>rd_kafka_metadata_partition_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PartitionMetadata
{
    public int Id;
    public int Error;
    public int Leader;
    public int ReplicaCount;
    public int* Replicas;
    public int InSyncCount;
    public int* InSync;
}
