using EventBus.Kafka.Brokers;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Kafka.Tests.Diagnostics;

/// <summary>What becomes of the clients' statistics.</summary>
public sealed class MetricsTests
{
    private const string Consumer = "consumer of group";
    private const string Producer = "producer";
    private static readonly string[] s_brokers = ["1", "2", "3"];

    [Fact]
    public async Task Clients_AtWork_AreMeasured()
    {
        var handled = new TaskCompletionSource();
        await using var cluster = new MockCluster();
        await using var bus = await StartAsync(cluster, (_, _) =>
        {
            handled.TrySetResult();
            return ValueTask.CompletedTask;
        });
        using var meter = new MeterReader(bus.Services);

        await bus.PublishAsync(new Noted("k", 1));
        await handled.Task.Within();

        await BecomesAsync(meter, "broker.round_trip", Producer, static value => value is > 0 and < 10);
        await BecomesAsync(meter, "broker.round_trip", Consumer, static value => value is > 0 and < 10);
        await BecomesAsync(meter, "rebalances", Consumer, static value => value >= 1);
        await BecomesAsync(meter, "publish.buffered_events", Producer, static value => value == 0);
        await BecomesAsync(meter, "publish.buffered_bytes", Producer, static value => value == 0);
        await BecomesAsync(meter, "read_ahead.events", Consumer, static value => value == 0);
        await BecomesAsync(meter, "read_ahead.bytes", Consumer, static value => value == 0);
        Assert.All(
            meter.Read().Where(static measured => measured.Instrument == "eventbus.kafka.broker.round_trip"),
            static measured => Assert.Contains(measured.Broker, s_brokers));
        Assert.Null(meter.Read("rebalances", Producer));

        await bus.DisposeAsync();

        Assert.Empty(meter.Read());
    }

    [Fact]
    public async Task Events_ThatTheBrokersDoNotTake_AreMeasured()
    {
        await using var cluster = new MockCluster();
        await using var bus = await StartAsync(cluster);
        using var meter = new MeterReader(bus.Services);
        await bus.PublishAsync(new Noted("k", 1));

        cluster.SetAllDown();
        var publishing = Enumerable.Range(0, 7).Select(number => bus.PublishAsync(new Noted("k", number))).ToArray();

        await BecomesAsync(meter, "publish.buffered_events", Producer, static value => value == 7);
        await BecomesAsync(meter, "publish.buffered_bytes", Producer, static value => value > 7);
        cluster.SetAllUp();
        await Task.WhenAll(publishing).Within();
        await BecomesAsync(meter, "publish.buffered_events", Producer, static value => value == 0);
    }

    [Fact]
    public async Task Events_ReadAhead_AreMeasuredOnce()
    {
        const int Events = 400;
        const int InFlight = 8;
        var release = new TaskCompletionSource();
        await using var cluster = new MockCluster();
        await using var bus = await StartAsync(cluster, async (_, token) => await release.Task.WaitAsync(token), InFlight);
        using var meter = new MeterReader(bus.Services);

        await Task.WhenAll(Enumerable.Range(0, Events).Select(number => bus.PublishAsync(new Noted($"k{number}", number)))).Within();

        // Of all partitions, and no more than there are; a few are in hand, and among those that have been taken out of the queue.
        await BecomesAsync(meter, "read_ahead.events", Consumer, static value => value > Events / 2);
        var sum = meter.Read("read_ahead.events", Consumer);
        Assert.InRange(sum!.Value, Events / 2, Events);
        Assert.True(meter.Read("read_ahead.bytes", Consumer) > Events);
        release.SetResult();
        await BecomesAsync(meter, "read_ahead.events", Consumer, static value => value == 0);
    }

    [Fact]
    public async Task Statistics_OfNoInterval_AreNone()
    {
        await using var cluster = new MockCluster();
        await using var bus = await StartAsync(cluster, interval: TimeSpan.Zero);
        using var meter = new MeterReader(bus.Services);

        await bus.PublishAsync(new Noted("k", 1));

        Assert.Empty(meter.Read());
    }

    private static Task BecomesAsync(MeterReader meter, string instrument, string client, Func<double?, bool> condition) => Eventually.TrueAsync(
        () => condition(meter.Read(instrument, client)), () => $"{instrument} of {client}: {string.Join("; ", meter.Read())}");

    private static Task<NotedBus> StartAsync(
        MockCluster cluster, Func<Noted, CancellationToken, ValueTask>? handle = null, int inFlight = 100, TimeSpan? interval = null) =>
        NotedBus.StartAsync(bus =>
        {
            bus.Services.AddMetrics();
            bus.UseKafka(cluster.BootstrapServers, options =>
            {
                options.StatisticsInterval = interval ?? TimeSpan.FromMilliseconds(100);
                options.PublishTimeout = TimeSpan.FromMinutes(2);
            });
            if (handle is not null)
            {
                bus.Subscription("group").Handle<Noted>((noted, _, token) => handle(noted, token)).WithConcurrency(4)
                    .Configure(options => options.MaxInFlight = inFlight);
            }
        });
}
