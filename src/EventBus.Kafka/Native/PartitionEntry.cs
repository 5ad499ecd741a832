using Confluent.Kafka;

namespace EventBus.Kafka.Native;

/// <summary>One partition of a list.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">Its number.</param>
/// <param name="Offset">An offset, a time or a place.</param>
/// <param name="Metadata">A commit's metadata; empty where there is none.</param>
/// <param name="Error">What is wrong with this one.</param>
internal readonly record struct PartitionEntry(string Topic, int Partition, long Offset, string Metadata, ErrorCode Error);
