using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Redis;

/// <summary>One of those who carry events over Redis: the bus, or the client alone.</summary>
internal interface ISide : ISender, IReceiver, IAsyncDisposable;

/// <summary>The half that sends.</summary>
internal interface ISender
{
    /// <summary>Removes what was sent before, where nobody else does; not measured.</summary>
    Task ClearAsync();

    /// <summary>Sends events, of which so many may be under way at once.</summary>
    Task SendAsync(int events, int inFlight);

    /// <summary>Sends events in batches, each awaited.</summary>
    Task SendBatchesAsync(int events, int batch);
}

/// <summary>The half that receives, as one group.</summary>
internal interface IReceiver
{
    /// <summary>Where the events arrive.</summary>
    Arrivals Arrivals { get; }

    /// <summary>Makes the receiver wait, with its group in place.</summary>
    Task HoldAsync();

    /// <summary>Lets the receiver go on.</summary>
    Task ReleaseAsync();

    /// <summary>Completes when the server knows that all that was received is done.</summary>
    Task SettledAsync();
}
