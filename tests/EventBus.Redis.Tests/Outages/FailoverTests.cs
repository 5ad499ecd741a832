using System.Globalization;
using EventBus.Redis.Tests.Runs;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Outages;

/// <summary>A replica that takes over in the middle of a run; the connection's configuration names both servers.</summary>
public sealed class FailoverTests(ITestOutputHelper output)
{
    private const int Some = 300;

    // A second or so on a machine that has time for it. The client alone looks for a new primary once a minute.
    private static readonly TimeSpan s_away = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Replica_ThatTakesOver_GoesOnWithEverything()
    {
        await using var first = new RedisServer();
        await using var second = new RedisServer();
        await first.StartAsync();
        await second.StartAsync();
        await using var old = await ConnectionMultiplexer.ConnectAsync(first.Address);
        await using var next = await ConnectionMultiplexer.ConnectAsync(second.Address);
        await ReplicateAsync(next, first);
        await Eventually.TrueAsync(
            async () => (await InfoAsync(next)).Contains("master_link_status:up", StringComparison.Ordinal), () => "the replica to follow");
        var tally = new Tally();
        await using var bus = await RunBuses.StartAsync($"{first.Address},{second.Address}", tally);
        var run = new PublishingRun(bus);
        await run.MoreAsync(Some);

        // In order: nothing is written any more until the replica has everything.
        await old.GetDatabase().ExecuteAsync("CLIENT", "PAUSE", 30_000, "WRITE");
        await Eventually.TrueAsync(
            async () => Offset(await InfoAsync(old), "master_repl_offset") == Offset(await InfoAsync(next), "slave_repl_offset"),
            () => "the replica to have everything");
        await next.GetDatabase().ExecuteAsync("REPLICAOF", "NO", "ONE");
        await ReplicateAsync(old, second);
        await old.GetDatabase().ExecuteAsync("CLIENT", "UNPAUSE");
        var start = TimeProvider.System.GetTimestamp();

        await run.MoreAsync(Some);
        var away = TimeProvider.System.GetElapsedTime(start);
        output.WriteLine($"Published again after {away.TotalSeconds:F1} s, {run.Failures.Count} failures");
        await tally.ReachedAsync(tally.Count + Some, bus.Log);
        await run.EndAsync();
        await tally.HandledAsync(run.Stored, bus.Log);
        await bus.SettledAsync();
        tally.AssertOrder(run.Stored);
        Assert.Equal(0, await bus.CountDeadAsync());
        Assert.InRange(away, TimeSpan.Zero, s_away);
    }

    private static Task<RedisResult> ReplicateAsync(ConnectionMultiplexer of, RedisServer primary) =>
        of.GetDatabase().ExecuteAsync("REPLICAOF", "127.0.0.1", primary.Port.ToString(CultureInfo.InvariantCulture));

    private static async Task<string> InfoAsync(ConnectionMultiplexer server) =>
        (string)(await server.GetDatabase().ExecuteAsync("INFO", "replication"))!;

    private static string Offset(string info, string name) =>
        info.Split("\r\n").Single(line => line.StartsWith($"{name}:", StringComparison.Ordinal))[(name.Length + 1)..];
}
