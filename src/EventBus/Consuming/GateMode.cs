namespace EventBus.Consuming;

/// <summary>What a subscription's workers may do.</summary>
internal enum GateMode
{
    /// <summary>Everything.</summary>
    Free,

    /// <summary>Nothing is read and nothing is started.</summary>
    Held,
}
