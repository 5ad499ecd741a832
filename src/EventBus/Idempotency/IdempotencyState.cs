namespace EventBus.Idempotency;

/// <summary>What an <see cref="IIdempotencyStore"/> answers to somebody who wants to run a key.</summary>
public enum IdempotencyState
{
    /// <summary>The key was free, or its owner's lease is over: the caller owns it now, and runs.</summary>
    Claimed,

    /// <summary>Somebody else runs it under a lease that is not over.</summary>
    Running,

    /// <summary>It was run to its end, within the window.</summary>
    Done,
}
