using EventBus.Benchmarks.Harness;
using EventBus.Benchmarks.Workloads;

namespace EventBus.Benchmarks.Table;

/// <summary>The work that the table measures, with floors and targets.</summary>
/// <param name="scale">By what the numbers of events are divided: 1, or more for a short run.</param>
internal sealed class Rows(int scale)
{
    private const int Many = 2_000_000;
    private const int Keys = 1_000;
    private const int Concurrency = 8;
    private const int Batch = 100;
    private const string Channel = "Channel(1024)";

    // What the fastest rival that queues, SlimMessageBus, did on such a machine; see the table of rivals.
    private const double FourTimesTheFastestRival = 4 * 1.4;

    public IReadOnlyList<Row> All() =>
    [
        new("1 producer → 1 singleton handler, no key, concurrency 1", Channel, new Contest
        {
            Events = Many / scale,
            Bus = Bus(new BusShape()),
            Floor = Floor(static () => new ChannelFloor()),
        }, Target.OfFloor(0.7), Target.MoreBytes(64), Target.Millions(FourTimesTheFastestRival)),
        new("the same with a DI scope per event", $"{Channel} + scope", new Contest
        {
            Events = Many / 2 / scale,
            Bus = Bus(new BusShape { Scoped = true }),
            Floor = Floor(static () => new ScopedChannelFloor()),
        }, Target.OfFloor(0.9)),
        new("4 producers", $"{Channel}, 4 writers", new Contest
        {
            Events = Many / scale,
            Producers = 4,
            Bus = Bus(new BusShape()),
            Floor = Floor(static () => new ChannelFloor(singleWriter: false)),
        }, Target.OfFloor(0.7)),
        new("keyed, concurrency 8, 1,000 keys, synchronous handler", "8 channels by key", new Contest
        {
            Events = Many / 2 / scale,
            Source = new EventSource(Keys),
            Bus = Bus(new BusShape { Keyed = true, Concurrency = Concurrency }),
            Floor = Floor(static () => new KeyedChannelsFloor(Concurrency)),
        }, Target.Millions(2)),
        new("no key, concurrency 8, synchronous handler", Channel, new Contest
        {
            Events = Many / 2 / scale,
            Bus = Bus(new BusShape { Concurrency = Concurrency }),
            Floor = Floor(static () => new ChannelFloor()),
        }),
        new("publishing a batch of 100, no group", "locked ring", new Contest
        {
            Events = Many / scale,
            Bus = Bus(new BusShape { Batch = Batch, Groups = 0 }),
            Floor = Floor(static () => new LockedRingFloor(Batch)),
        }, Target.Millions(12)),
        new("publishing a batch of 100 → 1 singleton handler", Channel, new Contest
        {
            Events = Many / scale,
            Bus = Bus(new BusShape { Batch = Batch }),
            Floor = Floor(static () => new ChannelFloor()),
        }),
        new("1 producer → 1 singleton handler", "MassTransit 8.5, in memory", new Contest
        {
            Events = Many / scale,
            Bus = Bus(new BusShape()),
            Floor = MassTransitRival.StartAsync,
        }, Target.OfFloor(4)),
    ];

    public LatencyContest LoneEvent() => new(Bus(new BusShape()), Floor(static () => new ChannelFloor()), 20_000 / scale);

    private static Func<Task<IWorkload>> Bus(BusShape shape) => () => BusWorkload.StartAsync(shape);

    private static Func<Task<IWorkload>> Floor(Func<IWorkload> floor) => () => Task.FromResult(floor());
}
