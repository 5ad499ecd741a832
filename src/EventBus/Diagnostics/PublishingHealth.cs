namespace EventBus.Diagnostics;

/// <summary>What publishing has shown of the transport, for the health check. Watched only where there is one.</summary>
internal sealed class PublishingHealth(TimeProvider time)
{
    // Nobody may publish any more because health says that nobody should: what was seen that long ago says nothing of the present.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private long? _awaySince;
    private long _lastFailure;

    /// <summary>Whether a health check asks.</summary>
    public bool IsWatched { get; init; }

    /// <summary>How long publishing has failed because the transport is away; null where that is not known.</summary>
    public TimeSpan? Away
    {
        get
        {
            lock (_lock)
            {
                return _awaySince is { } since && time.GetElapsedTime(_lastFailure) < Memory ? time.GetElapsedTime(since) : null;
            }
        }
    }

    /// <summary>A call that publishes has ended.</summary>
    public void Ended(Exception? failure)
    {
        lock (_lock)
        {
            if (failure is PublishException { IsOutage: true })
            {
                _lastFailure = time.GetTimestamp();
                _awaySince ??= _lastFailure;
            }
            else if (failure is null)
            {
                _awaySince = null;
            }
        }
    }
}
