using EventBus.Redis.TestProcess;
using EventBus.Redis.Tests.Runs;

namespace EventBus.Redis.Tests.Crashes;

/// <summary>Processes that die or are held in the middle of a run.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Members = 3;
    private const int Partitions = 6;
    private const int Keys = 60;
    private static readonly int s_count = Scale.Of(quick: 20_000, full: 200_000);
    private static readonly int s_rate = Scale.Of(quick: 2_000, full: 4_000);
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Members_KilledAgainAndAgain_LoseNothing(bool isCompeting)
    {
        await using var run = new CrashRun(isCompeting);
        await RunAsync(run, isCompeting, async () =>
        {
            var victim = Random.Shared.GetItems(run.Live.ToArray(), 1)[0];
            await victim.KillAsync();
            run.AddMember(Partitions);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Members_HeldForLongerThanTheirLease_LoseNothing(bool isCompeting)
    {
        await using var run = new CrashRun(isCompeting);
        var since = 0L;
        await RunAsync(run, isCompeting, async () =>
        {
            if (run.Live.FirstOrDefault(static member => member.IsStopped) is not { } held)
            {
                since = Journal.Now;
                await Random.Shared.GetItems(run.Live.ToArray(), 1)[0].StopAsync();
            }
            else if (TimeProvider.System.GetElapsedTime(since) > CrashRun.MemberTimeout * 1.5)
            {
                await held.ContinueAsync();
            }
        });
    }

    private async Task RunAsync(CrashRun run, bool isCompeting, Func<Task> disturb)
    {
        await run.Server.StartAsync();
        for (var i = 0; i < Members; i++)
        {
            run.AddMember(Partitions);
        }

        await Task.WhenAll(run.Members.Select(static member => member.StartedAsync()));
        await using var publisher = run.Publish(s_count, Keys, s_rate);
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
        await run.UntilDeadAreKnownAsync();
        foreach (var member in run.Live)
        {
            await member.LeaveAsync();
        }

        run.Read();
        var report = new CrashReport(run.Members, s_count, Keys);
        output.WriteLine(report.ToString());
        Console.WriteLine($"{(isCompeting ? "Competing" : "Ordered")}: {report}");
        report.AssertNothingLost();
        report.AssertDuplicatesExcused();
        if (!isCompeting)
        {
            report.AssertOrder();
            report.AssertOneAtATime();
        }

        Assert.True(run.Members.Sum(static member => member.Ends.Count) >= 3, "Too little was disturbed to show anything.");
        await run.AssertLeftCleanAsync();
    }
}
