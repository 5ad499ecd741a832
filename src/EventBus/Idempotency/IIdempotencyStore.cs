namespace EventBus.Idempotency;

/// <summary>
/// Remembers what a group has handled, for all of its members. A key is free, running under an owner's lease, or done until its window
/// ends. An application that registers none has its transport's: on Redis one that all members share, else one in memory that knows this
/// process only.
/// </summary>
/// <remarks>
/// <para>
/// Every member is called from any thread, by many callers at once, also for one key; each call is atomic for its key (with Redis: one
/// script). A call that was sent twice, because its answer got lost, does what it would have done once.
/// </para>
/// <para>
/// Keys are made of group and event id, or of group, contract name and business key; they are compared exactly. An owner is one attempt
/// at one delivery, by one bus: no other attempt has it. Times are lengths, by the store's own clock: members need not agree on the time.
/// </para>
/// <para>A call that cannot be carried out throws; what follows for the event stands on the members.</para>
/// </remarks>
public interface IIdempotencyStore
{
    /// <summary>Makes a key run under an owner's lease, if it is free: neither done nor under somebody's lease.</summary>
    /// <param name="key">The key.</param>
    /// <param name="owner">Who wants to run it. Who owns it already gets <see cref="IdempotencyState.Claimed"/> and a new lease.</param>
    /// <param name="lease">How long the key is the owner's, unless it is renewed.</param>
    /// <param name="cancellationToken">The subscription's stop token.</param>
    /// <exception cref="Exception">The store is away: the event is put back and not handled meanwhile.</exception>
    ValueTask<IdempotencyState> ClaimAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Makes the lease of a running key longer. It never makes a key run that does not.</summary>
    /// <param name="key">The key.</param>
    /// <param name="owner">Who runs it.</param>
    /// <param name="lease">How long from now on.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether the owner still had the key; false when its lease was over, or the key is free, done or somebody else's.</returns>
    /// <exception cref="Exception">The store is away: it is asked again before the lease is over.</exception>
    ValueTask<bool> RenewAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Makes a key done. A lease that is over does not hinder it, as long as nobody else has taken the key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="owner">Who ran it. If the key was done by the same owner already, nothing changes and the answer is true.</param>
    /// <param name="window">How long it stays done.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when somebody else has taken the key: runs it now, or has done it. Then nothing changes.</returns>
    /// <exception cref="Exception">The store is away: the event is not settled until the call has succeeded.</exception>
    ValueTask<bool> CompleteAsync(string key, Guid owner, TimeSpan window, CancellationToken cancellationToken);

    /// <summary>Makes a key free whose run has failed. A key that is done, or somebody else's, stays what it is.</summary>
    /// <param name="key">The key.</param>
    /// <param name="owner">Who ran it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Exception">The store is away: the key gets free when its lease is over.</exception>
    ValueTask ReleaseAsync(string key, Guid owner, CancellationToken cancellationToken);
}
