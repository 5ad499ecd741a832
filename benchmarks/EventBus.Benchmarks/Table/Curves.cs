using EventBus.Benchmarks.Harness;
using EventBus.Benchmarks.Workloads;

namespace EventBus.Benchmarks.Table;

/// <summary>How the cost of an event changes with something that it should not depend on.</summary>
/// <param name="Title">What grows.</param>
/// <param name="FloorName">What the bus stands beside at each point.</param>
/// <param name="Points">The sizes, with what is measured at each.</param>
internal sealed record Curve(string Title, string FloorName, IReadOnlyList<(int Size, Contest Contest)> Points);

/// <summary>The curves that the table ends with.</summary>
/// <param name="scale">By what the numbers of events are divided: 1, or more for a short run.</param>
internal sealed class Curves(int scale)
{
    private const int Many = 1_000_000;
    private const string Channel = "Channel(1024)";
    private static readonly int[] TopicCounts = [1, 10, 100, 1_000];
    private static readonly int[] GroupCounts = [1, 10, 100];
    private static readonly int[] LogLengths = [10, 1_000, 100_000, 1_000_000, 10_000_000];

    public IReadOnlyList<Curve> All() =>
    [
        Against("topics; all events in the first", TopicCounts, topics => new BusShape { Topics = topics }, static _ => 1),
        Against("topics; events in all of them in turn", TopicCounts, topics => new BusShape { Topics = topics }, static topics => topics),
        Against("groups on other topics", GroupCounts, groups => new BusShape { GroupsElsewhere = groups }),
        Against("groups on the topic that handle another type alone", GroupCounts, groups => new BusShape { GroupsOfAnotherType = groups }),
        KeptEvents(),
    ];

    // Both are filled before they are measured.
    private Curve KeptEvents()
    {
        var lengths = LogLengths.Where(length => scale == 1 || length < Many);
        return new Curve("events kept in the log", $"{Channel} + an array of the events kept", [.. lengths.Select(length => (length, new Contest
        {
            Events = Many / scale,
            Bus = () => BusWorkload.StartAsync(new BusShape { Retained = length }),
            Floor = async () =>
            {
                var floor = new RetainingChannelFloor(length);
                await Round.RunAsync(floor, new EventSource(), 1, length);
                return floor;
            },
        }))]);
    }

    private Curve Against(string title, int[] sizes, Func<int, BusShape> shape, Func<int, int>? topics = null) =>
        new(title, Channel, [.. sizes.Select(size => (size, new Contest
        {
            Events = Many / scale,
            Source = new EventSource(topics: topics?.Invoke(size) ?? 0),
            Bus = () => BusWorkload.StartAsync(shape(size)),
            Floor = static () => Task.FromResult<IWorkload>(new ChannelFloor()),
        }))]);
}
