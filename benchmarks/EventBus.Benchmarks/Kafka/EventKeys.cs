using EventBus.Transports;

namespace EventBus.Benchmarks.Kafka;

/// <summary>The keys that events have in turn, as many for each partition, so that mock brokers keep a backlog whole: they bound each partition.</summary>
internal static class EventKeys
{
    private const int Count = 1_008;

    /// <param name="partitions">A divisor of 1,008, such as 1, 4, 12 and 24.</param>
    public static string[] For(int partitions)
    {
        var keys = new List<string>(Count);
        var left = new int[partitions];
        Array.Fill(left, Count / partitions);
        for (var number = 0; keys.Count < Count; number++)
        {
            var key = $"user-{number}";
            if (left[KeyPartitioner.Partition(key, partitions)]-- > 0)
            {
                keys.Add(key);
            }
        }

        return [.. keys];
    }
}
