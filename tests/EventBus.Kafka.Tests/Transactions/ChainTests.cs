using EventBus.Kafka.TestProcess;
using EventBus.Kafka.Tests.Crashes;
using EventBus.Kafka.Tests.Runs;
using EventBus.Kafka.Tests.Servers;

namespace EventBus.Kafka.Tests.Transactions;

/// <summary>
/// A chain whose members are processes that die and are held in the middle: each event comes out of it once. Real brokers get all of the events; the mock
/// ones keep 100,000 records a partition, and get fewer unless the runs are to be as large as they are meant to be.
/// </summary>
public sealed class ChainTests(KafkaServers servers, ITestOutputHelper output)
{
    private const int Members = 3;
    private const int Partitions = 6;
    private const int Keys = 60;
    private const int All = 100_000;
    private static readonly int s_count = KafkaServers.AreReal ? All : Scale.Of(quick: 12_000, full: All);
    private static readonly int s_rate = Scale.Of(quick: 1_000, full: 4_000);
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Members_KilledAgainAndAgain_EachEventComesOutOnce()
    {
        await using var run = new CrashRun(servers);
        await RunAsync(run, async () =>
        {
            await One(run).KillAsync();
            run.AddMember(Partitions, isTurning: true);
        });
        Assert.True(run.Members.Sum(static member => member.Ends.Count) >= 3, "Too little was disturbed to show anything.");
    }

    [Fact]
    public async Task Members_HeldForLongerThanTheirSession_AddNothing()
    {
        await using var run = new CrashRun(servers);
        var since = 0L;
        await RunAsync(run, async () =>
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
    }

    private static RunningProcess One(CrashRun run) => Random.Shared.GetItems(run.Live.ToArray(), 1)[0];

    private async Task RunAsync(CrashRun run, Func<Task> disturb)
    {
        for (var i = 0; i < Members; i++)
        {
            run.AddMember(Partitions, isTurning: true);
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
        await run.UntilSettledAsync();

        // Whoever was held and goes on stores what it would before it leaves.
        await Task.WhenAll(run.Live.Select(static member => member.StartedAsync()));
        foreach (var member in run.Live.ToArray())
        {
            await member.LeaveAsync();
        }

        var turned = await ReadAsync(run.Prefix);
        var handled = run.Read().Count(static line => line.Kind == JournalKind.Handled);
        output.WriteLine($"{s_count} events were handled {handled} times, and {turned.Count} came out");
        foreach (var key in turned.GroupBy(static each => each.Key))
        {
            Assert.Equal(Enumerable.Range(0, s_count / Keys), key.Select(static each => each.Number));
        }

        Assert.Equal(s_count, turned.Count);
    }

    // By a bus of its own, which reads what is committed.
    private async Task<List<Turned>> ReadAsync(string prefix)
    {
        await using var outside = new RunBus(
            servers.BootstrapServers,
            settings: options => options.Prefix = prefix,
            configure: static bus => bus.Event<Turned>(Turned.Topic, key: static turned => turned.Key));
        var turned = new List<Turned>();
        await foreach (var entry in outside.Topics.ReadAsync(Turned.Topic, SeekTarget.Earliest, follow: false, TestContext.Current.CancellationToken))
        {
            turned.Add((Turned)entry.Envelope.Value!);
        }

        return turned;
    }
}
