using EventBus.Benchmarks.Kafka.Ours;
using EventBus.Benchmarks.Kafka.Raw;

namespace EventBus.Benchmarks.Kafka;

/// <summary>A side that takes part.</summary>
/// <param name="Name">What it is called in the tables.</param>
/// <param name="IsBus">Whether the goals are its goals.</param>
/// <param name="ReadsHeaders">Whether the events of a backlog have key and headers.</param>
/// <param name="Make">Makes it.</param>
internal sealed record Entrant(string Name, bool IsBus, bool ReadsHeaders, Func<Place, ISide> Make)
{
    public static Entrant Bare { get; } = Client("client, value alone", new RawShape(HasHeaders: false, IsTuned: false));

    public static Entrant TunedBare { get; } = Client("client, value alone, tuned", new RawShape(HasHeaders: false, IsTuned: true));

    public static Entrant Headers { get; } = Client("client, with key and headers", new RawShape(HasHeaders: true, IsTuned: false));

    public static Entrant TunedHeaders { get; } = Client("client, with key and headers, tuned", new RawShape(HasHeaders: true, IsTuned: true));

    public static Entrant Bus { get; } = Ours("bus", new BusShape());

    public static Entrant BusInBatches { get; } = Ours("bus, 1,000 a call", new BusShape(Batch: 1_000));

    public static Entrant BusByKey { get; } = Ours("bus, 16 at once by key", new BusShape(Concurrency: 16));

    public static Entrant Chain { get; } = new("client, by hand", IsBus: false, ReadsHeaders: true, static place => new RawChain(place));

    public static Entrant BusChain { get; } = new("bus, exactly once", IsBus: true, ReadsHeaders: true, static place => new BusChain(place));

    private static Entrant Client(string name, RawShape shape) => new(name, IsBus: false, shape.HasHeaders, place => new RawSide(place, shape));

    private static Entrant Ours(string name, BusShape shape) => new(name, IsBus: true, ReadsHeaders: true, place => new BusSide(place, shape));
}
