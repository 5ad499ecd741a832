using EventBus.Kafka.Brokers.Proxies;
using EventBus.Kafka.Tests.Crashes;
using EventBus.Kafka.Tests.Runs;
using EventBus.Shared.Crashes;

namespace EventBus.Kafka.Tests.Transactions;

/// <summary>
/// A chain whose members are processes that something happens to in the middle. Real brokers get all of the events; the mock ones keep 100,000 records
/// a partition, and get fewer unless the runs are to be as large as they are meant to be.
/// </summary>
internal sealed class ChainRun(ProxiedCluster cluster, string prefix, ITestOutputHelper output) : IAsyncDisposable
{
    private const int All = 100_000;
    private static readonly int s_count = KafkaServers.AreReal ? All : Scale.Of(quick: 12_000, full: All);
    private static readonly int s_rate = Scale.Of(quick: 1_000, full: 4_000);
    private readonly CrashRun _run = new(cluster, prefix, isTurning: true);

    /// <summary>How many times a member has ended or been held.</summary>
    public int Disturbances => _run.Disturbances;

    /// <summary>Has one killed, and another one come.</summary>
    public Task KillOneAsync() => _run.KillOneAsync();

    /// <summary>Has one leave in order, and another one come.</summary>
    public async Task ReplaceOneAsync()
    {
        _run.AddMember();
        await _run.One().LeaveAsync();
    }

    /// <summary>Holds one, or lets the one that is held go on when it has been for longer than its session.</summary>
    public Task HoldOneAsync() => _run.HoldOneAsync();

    /// <summary>Has something happen every second while events are published, then shows that each came out of the chain once.</summary>
    public async Task RunAsync(Func<Task> disturb)
    {
        await _run.DisturbAsync(disturb, s_count, s_rate);
        await _run.UntilSettledAsync();

        // Whoever was held and goes on stores what it would before it leaves.
        await _run.StartedAsync();
        await _run.LeaveAsync();

        var turned = await ReadAsync();
        var handled = _run.Read().Count(static line => line.Kind == JournalKind.Handled);
        output.WriteLine($"{s_count} events were handled {handled} times, and {turned.Count} came out");
        foreach (var key in turned.GroupBy(static each => each.Key))
        {
            Assert.Equal(Enumerable.Range(0, s_count / ProcessRun.Keys), key.Select(static each => each.Number));
        }

        Assert.Equal(s_count, turned.Count);
    }

    public ValueTask DisposeAsync() => _run.DisposeAsync();

    // By a bus of its own, which reads what is committed.
    private async Task<List<Turned>> ReadAsync()
    {
        await using var outside = RunBuses.Create(
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
