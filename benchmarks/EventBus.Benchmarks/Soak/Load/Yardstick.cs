using EventBus.Benchmarks.Redis.Server;

namespace EventBus.Benchmarks.Soak.Load;

/// <summary>Sends a PING every some milliseconds: what it takes longer is the machine's doing, or the process's, and not that of the bus's work.</summary>
internal sealed class Yardstick(RedisServer server)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public LatencyBuckets Latencies { get; } = new();

    /// <summary>Measures until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await using var connection = await RedisServer.ConnectAsync(server.Address);
        var database = connection.GetDatabase();
        while (!stop.IsCancellationRequested)
        {
            Latencies.Add(await database.PingAsync());
            await Task.Delay(Pause, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
