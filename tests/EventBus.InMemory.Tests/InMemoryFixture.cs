using EventBus.Transports.InMemory;

namespace EventBus.InMemory.Tests;

/// <summary>The in-memory transport in one of its ways. A world is a broker object that the members of the test share.</summary>
public abstract class InMemoryFixture(int partitions, bool roundTripJson, int maxPartitions = int.MaxValue) : TransportFixture
{
    public override TransportCapabilities Capabilities { get; } = new() { MaxPartitions = maxPartitions, Transactions = true };

    // Ten suites at once on two cores are slow; no test is the faster for a short deadline.
    public override TimeSpan Deadline => TimeSpan.FromSeconds(StressOption.Copies > 0 ? 240 : 30);

    public override ValueTask<TransportWorld> CreateWorldAsync(WorldOptions options)
    {
        var memory = new InMemoryOptions { Partitions = options.Partitions ?? partitions, RoundTripJson = roundTripJson };
        memory.Capacity = options.Capacity ?? memory.Capacity;
        memory.RetainedEvents = options.RetainedEvents ?? memory.RetainedEvents;
        return ValueTask.FromResult<TransportWorld>(new InMemoryWorld(memory));
    }
}
