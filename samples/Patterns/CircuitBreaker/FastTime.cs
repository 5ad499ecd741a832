using System.Diagnostics;

namespace TicketBooking;

/// <summary>A clock on which a minute takes a second, so that the defaults can be seen at work in a few seconds.</summary>
internal sealed class FastTime : TimeProvider
{
    public const int Factor = 60;

    private readonly DateTimeOffset _start = System.GetUtcNow();
    private readonly long _started = Stopwatch.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _start + (Stopwatch.GetElapsedTime(_started) * Factor);

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => (Stopwatch.GetTimestamp() - _started) * Factor;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(System.CreateTimer(callback, state, Scaled(dueTime), Scaled(period)));

    private static TimeSpan Scaled(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? span : span / Factor;

    private sealed class Timer(ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(Scaled(dueTime), Scaled(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
