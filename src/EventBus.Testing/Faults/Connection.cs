using EventBus.Testing.Running;

namespace EventBus.Testing.Faults;

/// <summary>Whether the broker can be reached. Invariant: while it is cut, <see cref="_restored"/> has not completed.</summary>
internal sealed class Connection
{
    private readonly Lock _lock = new();
    private CancellationTokenSource _lost = new();
    private TaskCompletionSource? _restored;
    private int _cuts;

    public bool IsCut
    {
        get
        {
            lock (_lock)
            {
                return _restored is not null;
            }
        }
    }

    /// <summary>Fires at the next cut.</summary>
    /// <exception cref="EventBusException">The broker is cut off.</exception>
    public CancellationToken Take()
    {
        lock (_lock)
        {
            return _restored is null ? _lost.Token : throw Away();
        }
    }

    public static EventBusException Away(Exception? cause = null) =>
        new("The broker is away: the connection has been cut by the fault plan. It comes back with FaultPlan.Restore().", cause);

    /// <summary>Completes while the broker can be reached.</summary>
    public Task WhenRestoredAsync()
    {
        lock (_lock)
        {
            return _restored?.Task ?? Task.CompletedTask;
        }
    }

    /// <summary>Cuts until <see cref="Restore"/>, and makes a cut that is there already last so long.</summary>
    public void Cut() => TryCut(lengthen: true, out _);

    public void Restore()
    {
        lock (_lock)
        {
            _restored?.SetResult();
            _restored = null;
        }
    }

    /// <summary>Cuts for a while. A cut that is there already keeps its own end.</summary>
    public void CutFor(TimeSpan length, TimeProvider time)
    {
        if (TryCut(lengthen: false, out var cut))
        {
            // Nobody's work waits for that, whoever's it was that found the broker away.
            var work = Work.Current;
            Work.Current = null;
            _ = RestoreAfterAsync(cut, length, time);
            Work.Current = work;
        }
    }

    private bool TryCut(bool lengthen, out int cut)
    {
        CancellationTokenSource lost;
        lock (_lock)
        {
            var isCut = _restored is not null;
            _cuts += isCut && !lengthen ? 0 : 1;
            cut = _cuts;
            if (isCut)
            {
                return false;
            }

            _restored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lost = _lost;
            _lost = new CancellationTokenSource();
        }

        // Outside of the lock: whoever waits goes on from here.
        lost.Cancel();
        lost.Dispose();
        return true;
    }

    private async Task RestoreAfterAsync(int cut, TimeSpan length, TimeProvider time)
    {
        await Task.Delay(length, time).ConfigureAwait(false);
        lock (_lock)
        {
            if (_cuts == cut)
            {
                _restored?.TrySetResult();
                _restored = null;
            }
        }
    }
}
