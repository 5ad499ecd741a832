using EventBus.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EventBus.Idempotency;

/// <summary>
/// Renews the leases of a subscription's runs, on one timer for all, which beats four times a lease and only while something runs.
/// Invariant: a lease is renewed when it is between a quarter and a half of its length old. A run that ends sooner, which is most, costs
/// a place in a list and no clock.
/// </summary>
internal sealed class LeaseKeeper
{
    private const int BeatsOfALease = 4;
    private readonly Lock _lock = new();
    private readonly IIdempotencyStore _store;
    private readonly TimeSpan _lease;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private LeasedRun? _first;
    private LeasedRun? _unused;
    private long _beat;
    private bool _beating;

    /// <param name="store">Where the leases are.</param>
    /// <param name="lease">How long they are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it tells of a lease that could not be renewed.</param>
    public LeaseKeeper(IIdempotencyStore store, TimeSpan lease, TimeProvider time, ILogger log)
    {
        _store = store;
        _lease = lease;
        _log = log;
        _timer = time.CreateTimer(
            static state => ((LeaseKeeper)state!).Beat(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Keeps the lease of a run that has just been claimed, until <see cref="Remove"/>.</summary>
    public LeasedRun Add(in IdempotencyKey key, Guid owner)
    {
        lock (_lock)
        {
            var run = _unused ?? new LeasedRun();
            _unused = run.Next;
            run.Key = key;
            run.Owner = owner;
            run.Beat = _beat;
            run.Next = _first;
            if (_first is not null)
            {
                _first.Previous = run;
            }

            _first = run;
            if (!_beating)
            {
                _beating = true;
                _timer.Change(_lease / BeatsOfALease, Timeout.InfiniteTimeSpan);
            }

            return run;
        }
    }

    /// <summary>Lets go of a run. The object is not the caller's any more.</summary>
    public void Remove(LeasedRun run)
    {
        lock (_lock)
        {
            if (run.Previous is null)
            {
                _first = run.Next;
            }
            else
            {
                run.Previous.Next = run.Next;
            }

            if (run.Next is not null)
            {
                run.Next.Previous = run.Previous;
            }

            run.Owner = default;
            run.Previous = null;
            run.Next = _unused;
            _unused = run;
        }
    }

    private void Beat()
    {
        List<(LeasedRun Run, string Key, Guid Owner)>? due = null;
        lock (_lock)
        {
            for (var run = _first; run is not null; run = run.Next)
            {
                if (run.Beat < _beat)
                {
                    (due ??= []).Add((run, run.Key.ToString(), run.Owner));
                    run.Beat = _beat + 1;
                }
            }

            _beat++;
            _beating = _first is not null;
            if (_beating)
            {
                _timer.Change(_lease / BeatsOfALease, Timeout.InfiniteTimeSpan);
            }
        }

        due?.ForEach(each => _ = RenewAsync(each.Run, each.Key, each.Owner));
    }

    private async Task RenewAsync(LeasedRun run, string key, Guid owner)
    {
        var again = 0L;
        try
        {
            // A lease that is lost is asked for no more: at its end the run learns whether somebody else has taken the key.
            again = await _store.RenewAsync(key, owner, _lease, CancellationToken.None).ConfigureAwait(false) ? 0 : long.MaxValue;
        }
        catch (Exception exception)
        {
            again = -1;
            _log.LeaseNotRenewed(exception, key, _lease / BeatsOfALease);
        }

        if (again != 0)
        {
            lock (_lock)
            {
                run.Beat = run.Owner == owner ? again : run.Beat;
            }
        }
    }
}
