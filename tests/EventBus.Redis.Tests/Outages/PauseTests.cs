using EventBus.Redis.Tests.Runs;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Outages;

/// <summary>A server that does not answer for a while, and keeps its connections.</summary>
public sealed class PauseTests(ITestOutputHelper output)
{
    private const int Some = 300;

    // One second until the transport is asked, three without an answer, and one to spare.
    private static readonly TimeSpan s_told = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task HeldServer_InTheMiddleOfARun_LosesNothingAndIsTold()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await RunAsync(server, server.PauseAsync, server.ContinueAsync);
    }

    [Fact]
    public async Task PausedClients_InTheMiddleOfARun_LoseNothingAndAreTold()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        await RunAsync(
            server, () => admin.GetDatabase().ExecuteAsync("CLIENT", "PAUSE", 6_000, "ALL"), static () => Task.CompletedTask);
    }

    private async Task RunAsync(RedisServer server, Func<Task> pause, Func<Task> goOn)
    {
        var tally = new Tally();
        await using var bus = await RunBuses.StartAsync(
            server.Address, tally, configure: static bus => bus.Configure(static options => options.HealthDegradedLag = TimeSpan.FromMinutes(10)));
        var run = new PublishingRun(bus);
        await run.MoreAsync(Some);
        await bus.HealthBecomesAsync(static status => status == HealthStatus.Healthy, "that all is well");

        var start = TimeProvider.System.GetTimestamp();
        await pause();
        await bus.HealthBecomesAsync(static status => status != HealthStatus.Healthy, "that something is wrong");
        var told = TimeProvider.System.GetElapsedTime(start);
        output.WriteLine($"Health told after {told.TotalSeconds:F1} s");
        await goOn();
        await run.MoreAsync(Some);
        await tally.ReachedAsync(tally.Count + Some, bus.Log);
        await bus.HealthBecomesAsync(static status => status == HealthStatus.Healthy, "that all is well again");
        await run.EndAsync();

        await tally.HandledAsync(run.Stored, bus.Log);
        await bus.SettledAsync();
        tally.AssertOrder(run.Stored);
        Assert.Equal(0, await bus.CountDeadAsync());
        Assert.InRange(told, TimeSpan.Zero, s_told);
    }
}
