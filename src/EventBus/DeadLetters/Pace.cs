namespace EventBus.DeadLetters;

/// <summary>Lets something happen so many times a second at most, evenly.</summary>
internal sealed class Pace(int? maxPerSecond, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private int _count;

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (maxPerSecond is not { } rate)
        {
            return;
        }

        var due = TimeSpan.FromSeconds(_count++ / (double)rate);
        var early = due - time.GetElapsedTime(_start);
        if (early > TimeSpan.Zero)
        {
            await Task.Delay(early, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
