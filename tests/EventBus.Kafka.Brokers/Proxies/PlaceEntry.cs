namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>A group's place in a partition, with what stands beside it.</summary>
internal readonly record struct PlaceEntry(string Topic, int Partition, long Offset, string? Metadata);
