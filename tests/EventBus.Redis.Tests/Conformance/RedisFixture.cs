using EventBus.Redis.Tests.Servers;

namespace EventBus.Redis.Tests.Conformance;

/// <summary>The transport on Redis Streams in one of its ways. A world is a prefix of keys that the members of the test share.</summary>
public abstract class RedisFixture(TestRedis redis, int partitions, bool isCompeting, int maxPartitions = int.MaxValue) : TransportFixture
{
    public override TransportCapabilities Capabilities { get; } = new()
    {
        MaxPartitions = maxPartitions,

        // A stream grows as long as the server has memory.
        BackPressure = false,

        // Any member of a competing group takes any event.
        KeyOrder = !isCompeting,
        KeyOrderAcrossMembers = !isCompeting,
    };

    public override ValueTask<TransportWorld> CreateWorldAsync(WorldOptions options) =>
        ValueTask.FromResult<TransportWorld>(new RedisWorld(redis, options, options.Partitions ?? partitions, isCompeting));
}
