using EventBus.Shared.Crashes;

namespace EventBus.Redis.Tests.Crashes;

/// <summary>Processes that die or are held in the middle of a run.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const string TakenForDead = "was silent for too long";
    private static readonly int s_count = Scale.Of(quick: 20_000, full: 200_000);
    private static readonly int s_rate = Scale.Of(quick: 2_000, full: 4_000);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Members_KilledAgainAndAgain_LoseNothing(bool isCompeting) => RunAsync(isCompeting, static run => run.KillOneAsync());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Members_HeldForLongerThanTheirLease_LoseNothing(bool isCompeting) => RunAsync(isCompeting, static run => run.HoldOneAsync());

    private async Task RunAsync(bool isCompeting, Func<CrashRun, Task> disturb)
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var run = new CrashRun(server, isCompeting);
        await run.DisturbAsync(() => disturb(run), s_count, s_rate);
        await run.UntilDeadAreKnownAsync();
        await run.LeaveAsync();

        var report = new CrashReport(run.Members, s_count, ProcessRun.Keys, TakenForDead);
        output.WriteLine(report.ToString());
        Console.WriteLine($"{(isCompeting ? "Competing" : "Ordered")}: {report}");
        report.AssertNothingLost();
        report.AssertDuplicatesExcused();
        if (!isCompeting)
        {
            report.AssertOrder();
            report.AssertOneAtATime();
        }

        Assert.True(run.Disturbances >= 3, "Too little was disturbed to show anything.");
        await run.AssertLeftCleanAsync();
    }
}
