namespace EventBus.Testing.Time;

/// <summary>
/// Tells the timers of <see cref="Task.Delay(TimeSpan, TimeProvider)"/>, which somebody waits for, from those of time-outs, which nobody wants
/// to see fire. They have their callback in common.
/// </summary>
internal sealed class DelayCallback : TimeProvider
{
    private static readonly TimerCallback Known = Find();
    private TimerCallback? _callback;

    private DelayCallback()
    {
    }

    public static bool Is(TimerCallback callback) => callback == Known;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _callback = callback;
        return new NoTimer();
    }

    private static TimerCallback Find()
    {
        var asked = new DelayCallback();
        _ = Task.Delay(TimeSpan.FromHours(1), asked);
        return asked._callback!;
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
