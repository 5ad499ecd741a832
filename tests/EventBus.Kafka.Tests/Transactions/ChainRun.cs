using EventBus.Kafka.Brokers.Proxies;
using EventBus.Kafka.TestProcess;
using EventBus.Kafka.Tests.Crashes;
using EventBus.Kafka.Tests.Runs;
using EventBus.Kafka.Tests.Servers;

namespace EventBus.Kafka.Tests.Transactions;

/// <summary>
/// A chain whose members are processes that something happens to in the middle. Real brokers get all of the events; the mock ones keep 100,000 records
/// a partition, and get fewer unless the runs are to be as large as they are meant to be.
/// </summary>
internal sealed class ChainRun(ProxiedCluster cluster, string prefix, ITestOutputHelper output) : IAsyncDisposable
{
    private const int First = 3;
    private const int Partitions = 6;
    private const int Keys = 60;
    private const int All = 100_000;
    private static readonly int s_count = KafkaServers.AreReal ? All : Scale.Of(quick: 12_000, full: All);
    private static readonly int s_rate = Scale.Of(quick: 1_000, full: 4_000);
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(1);
    private readonly CrashRun _run = new(cluster, prefix);
    private long _heldSince;

    /// <summary>How many times a member has ended or been held.</summary>
    public int Disturbances => _run.Members.Sum(static member => member.Ends.Count);

    /// <summary>Has one killed, and another one come.</summary>
    public async Task KillOneAsync()
    {
        await One().KillAsync();
        Add();
    }

    /// <summary>Has one leave in order, and another one come.</summary>
    public async Task ReplaceOneAsync()
    {
        Add();
        await One().LeaveAsync();
    }

    /// <summary>Holds one, or lets the one that is held go on when it has been for longer than its session.</summary>
    public async Task HoldOneAsync()
    {
        if (_run.Live.FirstOrDefault(static member => member.IsStopped) is not { } held)
        {
            _heldSince = Journal.Now;
            await One().StopAsync();
        }
        else if (TimeProvider.System.GetElapsedTime(_heldSince) > CrashRun.SessionTimeout * 1.5)
        {
            await held.ContinueAsync();
        }
    }

    /// <summary>Has something happen every second while events are published, then shows that each came out of the chain once.</summary>
    public async Task RunAsync(Func<Task> disturb)
    {
        for (var i = 0; i < First; i++)
        {
            Add();
        }

        await Task.WhenAll(_run.Members.Select(static member => member.StartedAsync()));
        await using var publisher = _run.Publish(Partitions, s_count, Keys, s_rate);
        using var pace = new PeriodicTimer(s_pace);
        while (!publisher.Has(JournalKind.Done))
        {
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            await disturb();
            _run.Read(publisher);
        }

        foreach (var held in _run.Live.Where(static member => member.IsStopped))
        {
            await held.ContinueAsync();
        }

        await _run.UntilHandledAsync(s_count);
        await _run.UntilSettledAsync();

        // Whoever was held and goes on stores what it would before it leaves.
        await Task.WhenAll(_run.Live.Select(static member => member.StartedAsync()));
        foreach (var member in _run.Live.ToArray())
        {
            await member.LeaveAsync();
        }

        var turned = await ReadAsync();
        var handled = _run.Read().Count(static line => line.Kind == JournalKind.Handled);
        output.WriteLine($"{s_count} events were handled {handled} times, and {turned.Count} came out");
        foreach (var key in turned.GroupBy(static each => each.Key))
        {
            Assert.Equal(Enumerable.Range(0, s_count / Keys), key.Select(static each => each.Number));
        }

        Assert.Equal(s_count, turned.Count);
    }

    public ValueTask DisposeAsync() => _run.DisposeAsync();

    private void Add() => _run.AddMember(Partitions, isTurning: true);

    private RunningProcess One() => Random.Shared.GetItems(_run.Live.ToArray(), 1)[0];

    // By a bus of its own, which reads what is committed.
    private async Task<List<Turned>> ReadAsync()
    {
        await using var outside = new RunBus(
            cluster.BootstrapServers,
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
