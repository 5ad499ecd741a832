using EventBus.Idempotency;

namespace FundTransfer;

/// <summary>A member's connection to the store that all members share: it counts, and breaks when the member dies.</summary>
internal sealed class MemberStore(IIdempotencyStore shared, Tally tally, Func<bool> isGone) : IIdempotencyStore
{
    public async ValueTask<IdempotencyState> ClaimAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        var state = await Connected().ClaimAsync(key, owner, lease, cancellationToken);
        if (state != IdempotencyState.Claimed)
        {
            tally.Add(key[..key.IndexOf('#', StringComparison.Ordinal)], state == IdempotencyState.Done ? What.FoundDone : What.FoundRunning);
        }

        return state;
    }

    public ValueTask<bool> RenewAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken) =>
        Connected().RenewAsync(key, owner, lease, cancellationToken);

    public ValueTask<bool> CompleteAsync(string key, Guid owner, TimeSpan window, CancellationToken cancellationToken) =>
        Connected().CompleteAsync(key, owner, window, cancellationToken);

    public ValueTask ReleaseAsync(string key, Guid owner, CancellationToken cancellationToken) =>
        Connected().ReleaseAsync(key, owner, cancellationToken);

    private IIdempotencyStore Connected() => isGone() ? throw new IOException("The member has no connection any more.") : shared;
}
