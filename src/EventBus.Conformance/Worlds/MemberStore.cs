using System.Collections.Concurrent;
using EventBus.Idempotency;

namespace EventBus.Conformance.Worlds;

/// <summary>One member's way to the store that the members of a test share. It counts the answers, and dies with its member.</summary>
internal sealed class MemberStore(World world, IIdempotencyStore shared) : IIdempotencyStore
{
    private readonly ConcurrentDictionary<IdempotencyState, int> _claims = new();
    private volatile bool _isDead;

    /// <summary>How many claims got an answer.</summary>
    public int CountOf(IdempotencyState state) => _claims.GetValueOrDefault(state);

    /// <summary>No call gets through any more, as from a process that is gone.</summary>
    public void Die() => _isDead = true;

    public async ValueTask<IdempotencyState> ClaimAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        var state = await Alive().ClaimAsync(key, owner, lease, cancellationToken);
        _claims.AddOrUpdate(state, 1, (_, count) => count + 1);
        world.Changes.Tell();
        return state;
    }

    public ValueTask<bool> RenewAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken) =>
        Alive().RenewAsync(key, owner, lease, cancellationToken);

    public ValueTask<bool> CompleteAsync(string key, Guid owner, TimeSpan window, CancellationToken cancellationToken) =>
        Alive().CompleteAsync(key, owner, window, cancellationToken);

    public ValueTask ReleaseAsync(string key, Guid owner, CancellationToken cancellationToken) =>
        Alive().ReleaseAsync(key, owner, cancellationToken);

    private IIdempotencyStore Alive() => _isDead ? throw new IOException("The member is dead.") : shared;
}
