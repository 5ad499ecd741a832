using EventBus.Redis.Tests.Runs;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventBus.Redis.Tests.Outages;

/// <summary>A server that crashes in the middle of a run, and comes back with what its file has kept.</summary>
public sealed class RestartTests(ITestOutputHelper output)
{
    private const int Some = 300;

    [Fact]
    public async Task Crash_WithEachWriteOnTheDisk_LosesNothing()
    {
        await using var server = new RedisServer("--appendonly", "yes", "--appendfsync", "always");
        var (stored, tally, bus) = await CrashAsync(server);
        await using var disposed = bus;

        await tally.HandledAsync(stored, bus.Log);
        await bus.SettledAsync();
        tally.AssertOrder(stored);
        Assert.Equal(0, await bus.CountDeadAsync());
    }

    [Fact]
    public async Task Crash_WithAWriteToTheDiskEachSecond_IsSurvivedByPublishersAndMembers()
    {
        await using var server = new RedisServer("--appendonly", "yes", "--appendfsync", "everysec");
        var (stored, tally, bus) = await CrashAsync(server);
        await using var disposed = bus;

        var kept = new HashSet<Counted>();
        await foreach (var entry in bus.Topics.ReadAsync(Counted.Topic, SeekTarget.Earliest, cancellationToken: TestContext.Current.CancellationToken))
        {
            kept.Add((Counted)entry.Envelope.Value!);
        }

        var lost = stored.Where(counted => !kept.Contains(counted)).ToArray();
        output.WriteLine($"{lost.Length} of {stored.Count} events that were stored are lost, {lost.Count(counted => tally.Missing([counted]).Length > 0)} unhandled");
        await tally.HandledAsync(kept, bus.Log);
        await bus.SettledAsync();
        Assert.Equal(0, await bus.CountDeadAsync());
    }

    // Twice, so that what has come back is shown to be able to do so again.
    private static async Task<(IReadOnlyCollection<Counted> Stored, Tally Tally, RunBus Bus)> CrashAsync(RedisServer server)
    {
        await server.StartAsync();
        var tally = new Tally();
        var bus = await RunBuses.StartAsync(server.Address, tally);
        var run = new PublishingRun(bus);
        for (var i = 0; i < 2; i++)
        {
            await run.MoreAsync(Some);
            await tally.ReachedAsync(tally.Count + Some, bus.Log);
            await server.KillAsync();
            await server.StartAsync();
        }

        await run.MoreAsync(Some);
        await tally.ReachedAsync(tally.Count + Some, bus.Log);
        await run.EndAsync();
        await bus.HealthBecomesAsync(static status => status == HealthStatus.Healthy, "that all is well");
        return (run.Stored, tally, bus);
    }
}
