using EventBus.Testing.Running;

namespace EventBus.Testing.Time;

/// <summary>A timer of a <see cref="VirtualTimeProvider"/>, in whose lock it is while it is set.</summary>
internal sealed class VirtualTimer(VirtualTimeProvider time, TimerCallback callback, object? state, long number) : ITimer
{
    private readonly ExecutionContext? _context = ExecutionContext.Capture();

    // The piece of work that waits for nothing but this.
    private readonly WorkDelay? _delay = DelayCallback.Is(callback) ? Work.Current?.BeginDelay() : null;

    public static IComparer<VirtualTimer> ByDue { get; } =
        Comparer<VirtualTimer>.Create(static (a, b) => (a.Due, a.Number).CompareTo((b.Due, b.Number)));

    public DateTimeOffset Due { get; set; }

    public TimeSpan Period { get; private set; }

    private long Number { get; } = number;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Period = period;
        time.Set(this, dueTime);
        return true;
    }

    public void Fire()
    {
        // Before the callback: whoever waits for it is at work again from now on.
        _delay?.End();
        if (_context is null)
        {
            callback(state);
        }
        else
        {
            ExecutionContext.Run(_context, static timer => ((VirtualTimer)timer!).Call(), this);
        }
    }

    public void Dispose()
    {
        time.Set(this, Timeout.InfiniteTimeSpan);
        _delay?.End();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Call() => callback(state);
}
