using EventBus.Benchmarks.Redis.Server;
using EventBus.Benchmarks.Soak.Load;

namespace EventBus.Benchmarks.Soak;

/// <summary>What one moment of the run looks like; latencies are those since the moment before.</summary>
internal sealed record Sample(TimeSpan At, long Published, TimeSpan PingP99, MemorySample Memory, GroupSample Ordered, GroupSample Competing);

/// <summary>Memory and what else may grow, on both sides.</summary>
/// <param name="HeapBytes">The managed heap of this process, after a collection.</param>
/// <param name="WorkingSetBytes">What this process takes of the machine.</param>
/// <param name="ServerBytes">What the server says that it uses.</param>
/// <param name="ServerKeys">How many keys the server has.</param>
/// <param name="Connections">How many connections the server has.</param>
internal sealed record MemorySample(long HeapBytes, long WorkingSetBytes, long ServerBytes, long ServerKeys, long Connections)
{
    public static async Task<MemorySample> TakeAsync(RedisServer server)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        return new MemorySample(
            GC.GetTotalMemory(forceFullCollection: false),
            Environment.WorkingSet,
            await server.FigureAsync("memory", "used_memory"),
            await server.KeysAsync(),
            await server.FigureAsync("clients", "connected_clients"));
    }
}

/// <summary>How one group fares.</summary>
internal sealed record GroupSample(long Handled, TimeSpan P50, TimeSpan P99, long Lag)
{
    public static async Task<GroupSample> TakeAsync(Members members, IEventLog log)
    {
        var (p50, p99) = members.Ledger.Latencies.Take();
        var lag = await log.GetLagAsync(members.Group);
        return new GroupSample(members.Ledger.Distinct, p50, p99, lag.Sum(static partition => partition.Count));
    }
}
