using EventBus.Benchmarks.Redis.Server;

namespace EventBus.Benchmarks.Redis;

/// <summary>What one round of one side took.</summary>
/// <param name="Events">How many events it had.</param>
/// <param name="Elapsed">From the first call to the end of the last.</param>
/// <param name="AllocatedBytes">What this process allocated.</param>
/// <param name="ClientCpu">The processor time of this process.</param>
/// <param name="ServerCpu">The processor time of the server.</param>
internal readonly record struct Spending(int Events, TimeSpan Elapsed, long AllocatedBytes, TimeSpan ClientCpu, TimeSpan ServerCpu)
{
    public double EventsPerSecond => Events / Elapsed.TotalSeconds;

    public double BytesPerEvent => (double)AllocatedBytes / Events;

    public double ClientMicroseconds => ClientCpu.TotalMicroseconds / Events;

    public double ServerMicroseconds => ServerCpu.TotalMicroseconds / Events;

    public static async Task<Spending> MeasureAsync(RedisServer server, int events, Func<Task> work)
    {
        var serverCpu = await server.CpuAsync();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var clientCpu = Environment.CpuUsage.TotalTime;
        var start = TimeProvider.System.GetTimestamp();
        await work();
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        clientCpu = Environment.CpuUsage.TotalTime - clientCpu;
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return new Spending(events, elapsed, bytes, clientCpu, await server.CpuAsync() - serverCpu);
    }
}
