using EventBus.Benchmarks.Kafka.Brokers;

namespace EventBus.Benchmarks.Kafka;

/// <summary>Where a side works: nobody else's topic and group, on everybody's brokers.</summary>
/// <param name="Brokers">The brokers.</param>
/// <param name="Name">What topic and group are called behind the run's prefix.</param>
/// <param name="Partitions">How many the topic has.</param>
/// <param name="Linger">How long the client alone waits for more events before it sends those that it has.</param>
internal sealed record Place(KafkaBrokers Brokers, string Name, int Partitions, TimeSpan Linger)
{
    /// <summary>The topic's name in the cluster, and the group's.</summary>
    public string FullName => Brokers.Prefix + Name;
}
