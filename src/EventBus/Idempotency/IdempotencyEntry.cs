namespace EventBus.Idempotency;

/// <summary>A key of the in-memory store that is running or done. It stands in the list of the length of time that it has.</summary>
internal sealed class IdempotencyEntry
{
    public IdempotencyKey Key { get; set; }

    /// <summary>The next in the same place of the table.</summary>
    public IdempotencyEntry? NextInBucket { get; set; }

    public Guid Owner { get; set; }

    public bool IsDone { get; set; }

    /// <summary>The timestamp at which the lease or the window is over.</summary>
    public long Due { get; set; }

    public ExpiryList? List { get; set; }

    public IdempotencyEntry? Previous { get; set; }

    public IdempotencyEntry? Next { get; set; }
}
