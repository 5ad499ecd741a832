namespace EventBus.Testing.Tests;

public sealed class VirtualTimeProviderTests
{
    private static readonly DateTimeOffset Start = new(2031, 5, 4, 3, 2, 1, TimeSpan.Zero);

    [Fact]
    public void Advance_Timers_FireInTheirOrderEachAtItsTime()
    {
        var time = new VirtualTimeProvider(Start);
        var fired = new List<(string Name, DateTimeOffset At)>();
        void Timer(string name, int due, int period = 0) => time.CreateTimer(
            _ => fired.Add((name, time.GetUtcNow())),
            null,
            TimeSpan.FromSeconds(due),
            period == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(period));
        Timer("third", 5);
        Timer("first", 2);
        Timer("second", 2);
        Timer("often", 3, 4);
        Timer("later", 60);

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(
            [("first", 2), ("second", 2), ("often", 3), ("third", 5), ("often", 7)],
            fired.Select(each => (each.Name, (int)(each.At - Start).TotalSeconds)));
        Assert.Equal(Start + TimeSpan.FromSeconds(10), time.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(10), time.GetElapsedTime(0));
        Assert.Equal(Start + TimeSpan.FromSeconds(11), time.NextDue);
    }

    [Fact]
    public void Timer_ChangedOrDisposed_FiresAsItIsNow()
    {
        var time = new VirtualTimeProvider(Start);
        var fired = 0;
        var moved = time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        var disposed = time.CreateTimer(_ => fired += 100, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        moved.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        disposed.Dispose();

        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(0, fired);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, fired);
        Assert.Null(time.NextDue);
    }

    [Fact]
    public async Task Delay_OfTheFramework_EndsWhenTheClockIsMoved()
    {
        var time = new VirtualTimeProvider();
        var delay = Task.Delay(TimeSpan.FromDays(3), time, TestContext.Current.CancellationToken);
        using var limit = new CancellationTokenSource(TimeSpan.FromDays(4), time);

        time.Advance(TimeSpan.FromDays(3));
        await delay;
        Assert.False(limit.IsCancellationRequested);
        time.Advance(TimeSpan.FromDays(1));
        Assert.True(limit.IsCancellationRequested);
    }

    [Fact]
    public void Advance_Backwards_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new VirtualTimeProvider().Advance(TimeSpan.FromTicks(-1)));
}
