namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>What a transaction has written to a partition, once it is decided.</summary>
/// <param name="Producer">Whose records; those of others may stand between them.</param>
/// <param name="First">The first one's offset.</param>
/// <param name="Last">The last one's.</param>
/// <param name="IsAborted">Whether nobody shall see them.</param>
internal readonly record struct DecidedRange(long Producer, long First, long Last, bool IsAborted);
