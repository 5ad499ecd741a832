using EventBus.Redis.Connections;
using EventBus.Transports;
using StackExchange.Redis;

namespace EventBus.Redis.Topics;

/// <summary>A topic as the server knows it: a number of streams.</summary>
internal sealed class RedisTopic
{
    private uint _turn;

    public RedisTopic(string name, int partitions, RedisKeys keys)
    {
        Name = name;
        IsReturns = InternalTopics.IsReturns(name);
        Streams = [.. Enumerable.Range(0, partitions).Select(partition => keys.Stream(name, partition))];
    }

    public string Name { get; }

    public RedisKey[] Streams { get; }

    public int Partitions => Streams.Length;

    /// <summary>Whether events come to it at their time.</summary>
    public bool IsReturns { get; }

    /// <summary>The partition of a key; in turn where there is none.</summary>
    public int PartitionOf(string? key) => key is null ? NextUnkeyed() : KeyPartitioner.Partition(key, Partitions);

    public int NextUnkeyed() => Partitions == 1 ? 0 : (int)(Interlocked.Increment(ref _turn) % (uint)Partitions);
}
