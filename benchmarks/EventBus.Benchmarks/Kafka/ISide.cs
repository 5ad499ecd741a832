using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Kafka;

/// <summary>One of those who carry events over Kafka: the bus, or the client alone.</summary>
internal interface ISide : IAsyncDisposable
{
    /// <summary>Where the events arrive.</summary>
    Arrivals Arrivals { get; }

    /// <summary>Begins to work, as a member of a group or without one. It ends by being disposed of.</summary>
    Task StartAsync(bool receives);

    /// <summary>Sends events, of which so many may be under way at once.</summary>
    Task SendAsync(int events, int inFlight);
}
