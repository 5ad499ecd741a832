using EventBus.Shared.Crashes;

namespace EventBus.Kafka.Tests.Crashes;

/// <summary>Processes that die, are held, come and go in the middle of a run.</summary>
[Collection(nameof(ProcessTests))]
public sealed class CrashTests(KafkaServers servers, ITestOutputHelper output)
{
    private const string TakenForDead = "the group took it for dead";
    private static readonly int s_count = Scale.Of(quick: 20_000, full: 200_000);
    private static readonly int s_rate = Scale.Of(quick: 2_000, full: 4_000);

    [Fact]
    public async Task Members_KilledAgainAndAgain_LoseNothing()
    {
        await using var run = new CrashRun(servers);
        var report = await RunAsync(run, run.KillOneAsync);
        Assert.True(run.Disturbances >= 3, "Too little was disturbed to show anything.");
        report.AssertDuplicatesExcused();
    }

    [Fact]
    public async Task Members_HeldForLongerThanTheirSession_LoseNothing()
    {
        await using var run = new CrashRun(servers);
        var report = await RunAsync(run, run.HoldOneAsync);
        Assert.True(run.Disturbances >= 2, "Too little was disturbed to show anything.");
        report.AssertDuplicatesExcused();
    }

    [Fact]
    public async Task Members_AddedAndRemovedInOrder_LoseAndRepeatNothing()
    {
        await using var run = new CrashRun(servers);
        var turn = 0;
        var report = await RunAsync(run, async () =>
        {
            if (turn++ % 2 == 0)
            {
                run.AddMember();
            }
            else
            {
                await run.One().LeaveAsync();
            }
        });
        Assert.True(turn >= 6, "Too little was disturbed to show anything.");
        report.AssertDuplicatesExcused();
    }

    private async Task<CrashReport> RunAsync(CrashRun run, Func<Task> disturb)
    {
        await run.DisturbAsync(disturb, s_count, s_rate);
        await run.StartedAsync();
        await run.UntilSteadyAsync(ProcessRun.Partitions);
        await run.LeaveAsync();

        var report = new CrashReport(run.Members, s_count, ProcessRun.Keys, TakenForDead);
        output.WriteLine(report.ToString());
        Console.WriteLine(report);
        report.AssertNothingLost();
        report.AssertOrder();
        report.AssertOneAtATime();
        await run.UntilSettledAsync();
        return report;
    }
}
