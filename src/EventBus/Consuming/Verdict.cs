namespace EventBus.Consuming;

/// <summary>What is settled about a delivery before it is written down: if the transport is away meanwhile, only the writing is tried again.</summary>
internal enum Verdict
{
    /// <summary>Nothing: it is handled.</summary>
    None,

    /// <summary>It has been given up.</summary>
    GivenUp,

    /// <summary>It has been handled.</summary>
    Handled,
}
