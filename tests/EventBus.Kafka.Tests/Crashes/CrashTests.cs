using EventBus.Kafka.TestProcess;
using EventBus.Kafka.Tests.Runs;
using EventBus.Kafka.Tests.Servers;

namespace EventBus.Kafka.Tests.Crashes;

/// <summary>Processes that die, are held, come and go in the middle of a run.</summary>
[Collection(nameof(ProcessTests))]
public sealed class CrashTests(KafkaServers servers, ITestOutputHelper output)
{
    private const int Members = 3;
    private const int Partitions = 6;
    private const int Keys = 60;
    private static readonly int s_count = Scale.Of(quick: 20_000, full: 200_000);
    private static readonly int s_rate = Scale.Of(quick: 2_000, full: 4_000);
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Members_KilledAgainAndAgain_LoseNothing()
    {
        await using var run = new CrashRun(servers);
        var report = await RunAsync(run, async () =>
        {
            await One(run).KillAsync();
            run.AddMember(Partitions);
        });
        Assert.True(run.Members.Sum(static member => member.Ends.Count) >= 3, "Too little was disturbed to show anything.");
        report.AssertDuplicatesExcused();
    }

    [Fact]
    public async Task Members_HeldForLongerThanTheirSession_LoseNothing()
    {
        await using var run = new CrashRun(servers);
        var since = 0L;
        var report = await RunAsync(run, async () =>
        {
            if (run.Live.FirstOrDefault(static member => member.IsStopped) is not { } held)
            {
                since = Journal.Now;
                await One(run).StopAsync();
            }
            else if (TimeProvider.System.GetElapsedTime(since) > CrashRun.SessionTimeout * 1.5)
            {
                await held.ContinueAsync();
            }
        });
        Assert.True(run.Members.Sum(static member => member.Ends.Count) >= 2, "Too little was disturbed to show anything.");
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
                run.AddMember(Partitions);
            }
            else
            {
                await One(run).LeaveAsync();
            }
        });
        Assert.True(turn >= 6, "Too little was disturbed to show anything.");
        report.AssertDuplicatesExcused();
    }

    private static RunningProcess One(CrashRun run) => Random.Shared.GetItems(run.Live.ToArray(), 1)[0];

    private async Task<CrashReport> RunAsync(CrashRun run, Func<Task> disturb)
    {
        for (var i = 0; i < Members; i++)
        {
            run.AddMember(Partitions);
        }

        await Task.WhenAll(run.Members.Select(static member => member.StartedAsync()));
        await using var publisher = run.Publish(Partitions, s_count, Keys, s_rate);
        using var pace = new PeriodicTimer(s_pace);
        while (!publisher.Has(JournalKind.Done))
        {
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            await disturb();
            run.Read(publisher);
        }

        foreach (var held in run.Live.Where(static member => member.IsStopped))
        {
            await held.ContinueAsync();
        }

        await run.UntilHandledAsync(s_count);
        await Task.WhenAll(run.Live.Select(static member => member.StartedAsync()));
        await run.UntilSteadyAsync(Partitions);
        foreach (var member in run.Live.ToArray())
        {
            await member.LeaveAsync();
        }

        run.Read();
        var report = new CrashReport(run.Members, s_count, Keys);
        output.WriteLine(report.ToString());
        Console.WriteLine(report);
        report.AssertNothingLost();
        report.AssertOrder();
        report.AssertOneAtATime();
        await run.UntilSettledAsync();
        return report;
    }
}
