namespace EventBus.Benchmarks.Harness;

/// <summary>A way for events from producers to a sink: the bus, a floor below it, or a rival. Started when it is made.</summary>
internal interface IWorkload : IAsyncDisposable
{
    /// <summary>Where the events arrive.</summary>
    EventSink Sink { get; }

    /// <summary>How often each event arrives.</summary>
    int Groups => 1;

    /// <summary>
    /// Sends events one after the other, awaiting each, as one producer does; several producers call it at once.
    /// Completes when the last one has been taken, which may be before it arrives.
    /// </summary>
    Task ProduceAsync(EventSource source, int events);
}
