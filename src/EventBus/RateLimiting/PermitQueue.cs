using System.Threading.RateLimiting;
using EventBus.Consuming;
using EventBus.Diagnostics;

namespace EventBus.RateLimiting;

/// <summary>
/// Gets the permits of a dispatcher's attempts. While there is none, nobody but this waits: no worker and no event is held by it, and a stop
/// has nothing to wait for. All but the waiting is guarded by the dispatcher's lock.
/// </summary>
/// <param name="subscription">The subscription.</param>
/// <param name="limiter">Where permits come from. It is not disposed: other subscriptions may share it.</param>
/// <param name="onPermit">Called, outside of the lock, with a permit that was waited for; it hands it to <see cref="Grant"/>.</param>
internal sealed class PermitQueue(Subscription subscription, RateLimiter limiter, Action<RateLimitLease> onPermit) : IDisposable
{
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private RateLimitLease? _unused;
    private bool _isWaiting;
    private bool _isDisposed;

    // Whether a permit may be there before the pause is over: a limiter without a queue tells nobody that one has been given back.
    private volatile bool _mayAsk;

    /// <summary>Takes a permit if there is one, and otherwise begins to wait for it.</summary>
    public RateLimitLease? TryTake()
    {
        if (_unused is { } unused)
        {
            _unused = null;
            return unused;
        }

        if (_isDisposed || (_isWaiting && !_mayAsk))
        {
            return null;
        }

        if (TryAcquire() is { } permit)
        {
            return permit;
        }

        if (!_isWaiting)
        {
            _isWaiting = true;
            _ = WaitAsync();
        }

        return null;
    }

    /// <summary>Keeps a permit for the next who asks.</summary>
    public void Grant(RateLimitLease permit)
    {
        _isWaiting = false;
        GiveBack(permit);
    }

    /// <summary>Takes back a permit that was not used, for the next who asks.</summary>
    public void GiveBack(RateLimitLease permit)
    {
        ReturnUnused();
        _unused = permit;
        if (_isDisposed)
        {
            ReturnUnused();
        }
    }

    /// <summary>Lets go of a permit that nobody has asked for.</summary>
    public void ReturnUnused()
    {
        _unused?.Dispose();
        _unused = null;
    }

    public void Dispose()
    {
        _isDisposed = true;
        ReturnUnused();
        _stop.Cancel();
        _stop.Dispose();
    }

    private RateLimitLease? TryAcquire()
    {
        try
        {
            var lease = limiter.AttemptAcquire();
            if (lease.IsAcquired)
            {
                return lease;
            }

            lease.Dispose();
        }
        catch (Exception)
        {
            // Waiting for a permit meets the same error, and tells of it.
        }

        return null;
    }

    private async Task WaitAsync()
    {
        var stop = _stop.Token;
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!stop.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                var lease = await limiter.AcquireAsync(1, stop).ConfigureAwait(false);
                if (lease.IsAcquired)
                {
                    onPermit(lease);
                    return;
                }

                var isTold = lease.TryGetMetadata(MetadataName.RetryAfter, out var after);
                pause = isTold ? after : PauseAfterRefusal;
                lease.Dispose();
                if (!isTold && AskOnceMore() is { } permit)
                {
                    onPermit(permit);
                    return;
                }
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                pause = PauseAfterError;
                subscription.Log.RateLimiterFailed(exception, subscription.Name, pause);
            }

            // Delays count in whole milliseconds, and one of none would not wait at all.
            pause = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(pause.TotalMilliseconds)));
            await Task.Delay(pause, subscription.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _mayAsk = false;
        }
    }

    // First others are let to ask and then it is asked: whatever is given back after the refusal is seen by one of the two.
    private RateLimitLease? AskOnceMore()
    {
        _mayAsk = true;
        var permit = TryAcquire();
        _mayAsk = permit is null;
        return permit;
    }
}
