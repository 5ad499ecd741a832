namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>A member of a group, as its requests and their answers tell of it.</summary>
/// <param name="Client">Its <c>client.id</c>.</param>
/// <param name="Generation">The generation in which it has partitions; 0 while it joins again.</param>
/// <param name="Partitions">Those that it was assigned.</param>
/// <param name="Before">The group's generation when it joined.</param>
internal sealed record GroupMember(string Client, int Generation, IReadOnlyList<(string Topic, int Partition)> Partitions, int Before = 0);
