using EventBus.Idempotency;
using EventBus.Redis.Connections;
using StackExchange.Redis;

namespace EventBus.Redis.Idempotency;

/// <summary>Remembers in Redis what a group has handled, for the members in all processes.</summary>
/// <param name="connection">The way to the server, which the store disposes.</param>
internal sealed class RedisIdempotencyStore(RedisConnection connection) : IIdempotencyStore, IAsyncDisposable
{
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    public async ValueTask<IdempotencyState> ClaimAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        var database = await DatabaseAsync(cancellationToken).ConfigureAwait(false);
        var claim = RunAsync(database, "claimed", IdempotencyScripts.Claim, key, owner, lease);
        try
        {
            return await claim.WaitAsync(cancellationToken).ConfigureAwait(false) switch
            {
                IdempotencyScripts.Claimed => IdempotencyState.Claimed,
                IdempotencyScripts.Running => IdempotencyState.Running,
                _ => IdempotencyState.Done,
            };
        }
        catch (OperationCanceledException)
        {
            _ = ForgetAsync(database, key, owner);
            throw;
        }
    }

    public async ValueTask<bool> RenewAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        var database = await DatabaseAsync(cancellationToken).ConfigureAwait(false);
        var renewal = RunAsync(database, "renewed", IdempotencyScripts.Renew, key, owner, lease);
        return await renewal.WaitAsync(cancellationToken).ConfigureAwait(false) == 1;
    }

    public async ValueTask<bool> CompleteAsync(string key, Guid owner, TimeSpan window, CancellationToken cancellationToken)
    {
        var database = await DatabaseAsync(cancellationToken).ConfigureAwait(false);
        var completion = RunAsync(database, "completed", IdempotencyScripts.Complete, key, owner, window);
        return await completion.WaitAsync(cancellationToken).ConfigureAwait(false) == 1;
    }

    public async ValueTask ReleaseAsync(string key, Guid owner, CancellationToken cancellationToken)
    {
        var database = await DatabaseAsync(cancellationToken).ConfigureAwait(false);
        var release = RunAsync(database, "released", IdempotencyScripts.Release, key, owner);
        await release.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // Frees what a claim that is on its way will have claimed, since nobody will run it: what is sent later is executed later.
    private async Task ForgetAsync(IDatabase database, string key, Guid owner)
    {
        try
        {
            await RunAsync(database, "released", IdempotencyScripts.Release, key, owner).ConfigureAwait(false);
        }
        catch (EventBusException)
        {
            // The lease ends by itself.
        }
    }

    private ValueTask<IDatabase> DatabaseAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return connection.DatabaseAsync(cancellationToken);
    }

    private async Task<long> RunAsync(IDatabase database, string done, string script, string key, Guid owner, TimeSpan length = default)
    {
        try
        {
            // Never a replica: it cannot write.
            return (long)await database.ScriptEvaluateAsync(
                script, [connection.Keys.Idempotency(key)], [owner.ToByteArray(), Milliseconds(length)], CommandFlags.DemandMaster).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw Failed(done, key, exception);
        }
    }

    // Less than what the server can count would be no time at all.
    private static long Milliseconds(TimeSpan length) => Math.Max(1, (long)Math.Ceiling(length.TotalMilliseconds));

    private static EventBusException Failed(string done, string key, Exception exception)
    {
        var advice = RedisErrors.IsOutage(exception) ? "It is asked again when the server is back."
            : RedisErrors.IsOutOfMemory(exception) ? "The server's memory is full: make room, or raise its maxmemory."
            : "Check the rights of the connection's user, and that nothing else uses the bus's key prefix.";
        return new EventBusException($"The idempotency key '{key}' could not be {done} in Redis: {RedisErrors.Words(exception)} {advice}", exception);
    }
}
