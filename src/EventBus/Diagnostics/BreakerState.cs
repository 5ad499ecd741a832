namespace EventBus.Diagnostics;

/// <summary>What a subscription's circuit breaker does, by the numbers that its metric has.</summary>
internal enum BreakerState
{
    /// <summary>Events are handled.</summary>
    Closed = 0,

    /// <summary>Single events try whether it works again.</summary>
    HalfOpen = 1,

    /// <summary>Nothing is handled.</summary>
    Open = 2,
}
