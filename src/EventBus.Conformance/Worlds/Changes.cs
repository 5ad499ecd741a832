namespace EventBus.Conformance.Worlds;

/// <summary>Lets tests wait for a condition over what has been seen; they are woken by each change and never poll.</summary>
internal sealed class Changes
{
    private TaskCompletionSource _next = New();
    private int _waiting;

    /// <summary>Tells that something has changed; called after the change.</summary>
    public void Tell()
    {
        if (Volatile.Read(ref _waiting) > 0)
        {
            Interlocked.Exchange(ref _next, New()).TrySetResult();
        }
    }

    /// <exception cref="TimeoutException">The condition did not come true in time.</exception>
    public async Task UntilAsync(Func<bool> condition, TimeSpan deadline)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            var start = TimeProvider.System.GetTimestamp();
            while (true)
            {
                // Taken before the condition is looked at, so that a change in between is not slept through.
                var next = Volatile.Read(ref _next);
                if (condition())
                {
                    return;
                }

                var left = deadline - TimeProvider.System.GetElapsedTime(start);
                await next.Task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, TimeProvider.System);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
