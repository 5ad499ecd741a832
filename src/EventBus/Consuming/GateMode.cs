namespace EventBus.Consuming;

/// <summary>What a subscription's workers may do.</summary>
internal enum GateMode
{
    /// <summary>Everything.</summary>
    Free,

    /// <summary>Start everything, and choose the probes among it: the circuit is not closed, and has a fallback.</summary>
    Diverting,

    /// <summary>Start one probe after another, and read no more than it takes: the circuit is half-open.</summary>
    Probing,

    /// <summary>Nothing: paused, or the circuit is open.</summary>
    Held,
}
