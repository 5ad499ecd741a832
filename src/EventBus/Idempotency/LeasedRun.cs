namespace EventBus.Idempotency;

/// <summary>A run whose lease is renewed. Guarded by its <see cref="LeaseKeeper"/>, which uses the objects again.</summary>
internal sealed class LeasedRun
{
    public IdempotencyKey Key { get; set; }

    /// <summary>The owner, which no other run has: it tells whether the object still stands for the same run.</summary>
    public Guid Owner { get; set; }

    /// <summary>The keeper's beat at which the lease was new.</summary>
    public long Beat { get; set; }

    public LeasedRun? Previous { get; set; }

    public LeasedRun? Next { get; set; }
}
