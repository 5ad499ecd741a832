using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Workloads;

/// <summary>How a bus under measurement is wired.</summary>
internal sealed record BusShape
{
    /// <summary>How many groups handle each event; with 0 events are only published.</summary>
    public int Groups { get; init; } = 1;

    public int Concurrency { get; init; } = 1;

    /// <summary>Whether events have a key.</summary>
    public bool Keyed { get; init; }

    /// <summary>Whether each delivery has a scope and a handler of its own.</summary>
    public bool Scoped { get; init; }

    /// <summary>How many events are published at once; 1 for one by one.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>How many topics there are, each with an event type; 0 for the one of <see cref="BenchEvent"/>.</summary>
    public int Topics { get; init; }

    public int Partitions { get; init; } = 1;

    /// <summary>How many groups there are on another topic.</summary>
    public int GroupsElsewhere { get; init; }

    /// <summary>How many groups there are on the same topic that have a handler for another type alone.</summary>
    public int GroupsOfAnotherType { get; init; }

    /// <summary>How many events the log keeps; null for the default.</summary>
    public int? Retained { get; init; }
}
