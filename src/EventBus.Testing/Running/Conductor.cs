using EventBus.Consuming;

namespace EventBus.Testing.Running;

/// <summary>
/// Knows what the bus is doing, by counting, and says what runs next. Invariant: work is counted before it starts and until it has ended, and
/// whoever starts it or wakes it is counted meanwhile; so when all that is counted rests at one moment, nothing happens any more by itself.
/// </summary>
/// <param name="seed">Draws the order of steps, one at a time; null to run them as they come.</param>
internal sealed partial class Conductor(int? seed) : IActivityProbe
{
    private readonly Lock _lock = new();
    private readonly HashSet<Work> _works = [];
    private readonly List<Candidate> _candidates = [];
    private readonly Random? _random = seed is { } value ? new Random(value) : null;
    private TaskCompletionSource _changed = New();
    private Func<string, long> _unread = static _ => 0;
    private int _starting;
    private long _version;
    private bool _released;

    /// <summary>Whether steps wait to be drawn.</summary>
    public bool IsSeeded => _random is not null && !Volatile.Read(ref _released);

    /// <summary>Tells how many events a group has yet to receive.</summary>
    public void Watch(Func<string, long> unread) => _unread = unread;

    /// <summary>How many events a group could receive now.</summary>
    public long Unread(string group) => _unread(group);

    public void Begin() => Change(() => _starting++);

    public bool IsRunning(Work work)
    {
        lock (_lock)
        {
            return _works.Contains(work);
        }
    }

    public async Task RunAsync(Func<Task> work)
    {
        var own = new Work(this);
        Work.Current = own;
        Change(() =>
        {
            _starting--;
            return _works.Add(own);
        });
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            Change(() => _works.Remove(own));
        }
    }

    public void Rest(Task until) => Work.Current?.RestWhile(() => !until.IsCompleted);

    /// <summary>Adds something that could run: at once where there is no seed, and when it is drawn otherwise.</summary>
    public void Add(Candidate candidate)
    {
        if (!Change(() => Enqueue(candidate)))
        {
            ThreadPool.UnsafeQueueUserWorkItem(static run => run.Conductor.RunNow(run.Candidate), (Conductor: this, Candidate: candidate), false);
        }
    }

    /// <summary>Takes back what has not been drawn.</summary>
    public bool Withdraw(Candidate candidate) => Change(() =>
    {
        var isThere = _candidates.Remove(candidate);
        candidate.Work.Queued -= isThere ? 1 : 0;
        return isThere;
    });

    /// <summary>Runs everything as it comes from now on, for the bus's stop.</summary>
    public void Release()
    {
        Candidate[] waiting = [];
        Change(() =>
        {
            waiting = [.. _candidates];
            _candidates.Clear();
            return _released = true;
        });
        Array.ForEach(waiting, candidate => ThreadPool.UnsafeQueueUserWorkItem(
            static run => run.Conductor.RunNow(run.Candidate), (Conductor: this, Candidate: candidate), false));
    }

    /// <summary>Changes what is known of the works, and wakes whoever looks at it.</summary>
    public T Change<T>(Func<T> change)
    {
        T result;
        TaskCompletionSource changed;
        lock (_lock)
        {
            result = change();
            _version++;
            (changed, _changed) = (_changed, New());
        }

        changed.SetResult();
        return result;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool Enqueue(Candidate candidate)
    {
        candidate.Work.Queued++;
        if (IsSeeded)
        {
            _candidates.Add(candidate);
        }

        return IsSeeded;
    }

    private void RunNow(Candidate candidate)
    {
        var work = candidate.Work;
        Change(() => (work.Queued--, work.Running++));
        try
        {
            candidate.Run();
        }
        finally
        {
            Change(() => work.Running--);
        }
    }
}
