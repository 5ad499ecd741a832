using System.Runtime.CompilerServices;
using EventBus.Consuming;
using EventBus.Diagnostics;
using EventBus.Pipeline;
using Microsoft.Extensions.Logging;

namespace EventBus.Idempotency;

/// <summary>
/// Runs the rest of the pipeline once for each key: under a lease, which is renewed while it runs, and then done for a window. Who meets
/// a key that runs is put back rather than made to wait: it keeps no worker, and cannot wait for what stands in its own batch.
/// </summary>
/// <remarks>Invariant: nothing behind this step runs without the key's lease having been claimed for it in the store.</remarks>
internal sealed class IdempotencyMiddleware(
    IIdempotencyStore store, IdempotencyKeys keys, TimeSpan lease, TimeSpan window, TimeProvider time, ILogger log) : IConsumeMiddleware
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private readonly InMemoryIdempotencyStore? _memory = store as InMemoryIdempotencyStore;
    private readonly LeaseKeeper _leases = new(store, lease, time, log);
    private readonly RunOwners _owners = new();
    private readonly TimeSpan _pause = TimeSpan.FromTicks(Math.Clamp(lease.Ticks / 100, ShortestPause.Ticks, LongestPause.Ticks));
    private volatile bool _away;

    public ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        var delivery = context.Delivery;
        var unfinished = delivery.Unfinished;
        var run = new Run(keys.Of(delivery), unfinished?.Owner ?? _owners.Next(), context);
        if (unfinished is { IsHandled: true })
        {
            return CompleteAsync(run);
        }

        ValueTask<IdempotencyState> claiming;
        try
        {
            claiming = _memory is null
                ? store.ClaimAsync(run.Key.ToString(), run.Owner, lease, cancellationToken)
                : new ValueTask<IdempotencyState>(_memory.Claim(run.Key, run.Owner, lease));
        }
        catch (Exception exception)
        {
            claiming = ValueTask.FromException<IdempotencyState>(exception);
        }

        // What ends at once, as in memory most does, needs no state machine.
        return claiming.IsCompletedSuccessfully
            ? RunAsync(claiming.Result, run, next, cancellationToken)
            : AwaitClaimAsync(claiming, run, next, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AwaitClaimAsync(
        ValueTask<IdempotencyState> claiming, Run run, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        IdempotencyState state;
        try
        {
            state = await claiming.ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Away(exception, run, isHandled: false);
        }

        await RunAsync(state, run, next, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask RunAsync(IdempotencyState state, in Run run, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        Back(run);
        if (state == IdempotencyState.Running)
        {
            throw new PutBackException("The event is being handled by somebody else at this moment.", _pause);
        }

        if (state == IdempotencyState.Done)
        {
            log.AlreadyHandled(run.Context.Delivery);
            return ValueTask.CompletedTask;
        }

        var leased = _leases.Add(run.Key, run.Owner);
        ValueTask handling;
        try
        {
            handling = next(run.Context, cancellationToken);
        }
        catch (Exception exception)
        {
            handling = ValueTask.FromException(exception);
        }

        if (!handling.IsCompletedSuccessfully)
        {
            return AwaitHandlersAsync(handling, run, leased);
        }

        handling.GetAwaiter().GetResult();
        _leases.Remove(leased);
        return CompleteAsync(run);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AwaitHandlersAsync(ValueTask handling, Run run, LeasedRun leased)
    {
        try
        {
            await handling.ConfigureAwait(false);
        }
        catch (Exception)
        {
            _leases.Remove(leased);
            await ReleaseAsync(run).ConfigureAwait(false);
            throw;
        }

        _leases.Remove(leased);
        await CompleteAsync(run).ConfigureAwait(false);
    }

    // Whatever the stop token says: the handlers have ended, and that is to be known.
    private ValueTask CompleteAsync(in Run run)
    {
        ValueTask<bool> completing;
        try
        {
            completing = _memory is null
                ? store.CompleteAsync(run.Key.ToString(), run.Owner, window, CancellationToken.None)
                : new ValueTask<bool>(_memory.Complete(run.Key, run.Owner, window));
        }
        catch (Exception exception)
        {
            completing = ValueTask.FromException<bool>(exception);
        }

        if (!completing.IsCompletedSuccessfully)
        {
            return AwaitCompletionAsync(completing, run);
        }

        Completed(completing.Result, run);
        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AwaitCompletionAsync(ValueTask<bool> completing, Run run)
    {
        bool isOurs;
        try
        {
            isOurs = await completing.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw Away(exception, run, isHandled: true);
        }

        Completed(isOurs, run);
    }

    private void Completed(bool isOurs, in Run run)
    {
        Back(run);
        if (!isOurs)
        {
            log.LeaseLost(run.Context.Delivery, lease);
        }
    }

    private async ValueTask ReleaseAsync(Run run)
    {
        try
        {
            await store.ReleaseAsync(run.Key.ToString(), run.Owner, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            log.LeaseNotReleased(exception, run.Key.ToString(), lease);
        }
    }

    /// <summary>Makes the event come again when the store may answer: it waits, and does not count as failed.</summary>
    private PutBackException Away(Exception exception, in Run run, bool isHandled)
    {
        run.Context.Delivery.Unfinished = new UnfinishedRun(run.Owner, isHandled);
        if (!_away)
        {
            _away = true;
            log.IdempotencyStoreAway(exception, run.Context.Subscription);
        }

        return new PutBackException("The idempotency store does not answer.", LongestPause);
    }

    private void Back(in Run run)
    {
        run.Context.Delivery.Unfinished = null;
        if (_away)
        {
            _away = false;
            log.IdempotencyStoreBack(run.Context.Subscription);
        }
    }

    private readonly record struct Run(IdempotencyKey Key, Guid Owner, EventContext Context);
}
