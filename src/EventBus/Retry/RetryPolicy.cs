namespace EventBus.Retry;

/// <summary>Says what becomes of a failed attempt: another one, and when, or none. One for each contract of a subscription.</summary>
/// <remarks>
/// How long the delays are says Polly's retry strategy. It cannot run them: it calls back in a loop and keeps whoever called it waiting. Here a failed
/// event must leave its worker, give way to other keys, be revoked with its partition and, out of order, wait on the transport: so the
/// rule is a function of what has happened so far.
/// </remarks>
/// <param name="options">The rule, a copy that nobody changes.</param>
/// <param name="canGiveUp">Whether there is a place for an event that is given up.</param>
/// <param name="random">Draws evenly from [0, 1).</param>
internal sealed class RetryPolicy(RetryOptions options, bool canGiveUp, Func<double> random)
{
    public const int DefaultAttempts = 10;
    private readonly TimeSpan[] _delays = Backoff.Delays(options);

    public bool InOrder => options.InOrder;

    public TimeSpan? AttemptTimeout => options.AttemptTimeout;

    /// <param name="failure">Why the attempt failed.</param>
    /// <param name="attempt">Which attempt it was, from 1.</param>
    /// <param name="firstFailure">When the event failed for the first time.</param>
    /// <param name="now">The present.</param>
    /// <returns>How long to wait before the next attempt; null to give up.</returns>
    public TimeSpan? Next(Exception failure, int attempt, DateTimeOffset firstFailure, DateTimeOffset now)
    {
        var delay = failure is RetryAfterException after ? after.Delay : DelayAfter(attempt);
        if (!canGiveUp)
        {
            return failure is DoNotRetryException or UndecodableException ? options.LongestDelay : delay;
        }

        var isOver = failure is DoNotRetryException or UndecodableException
            || !options.IsRetried(failure)
            || attempt >= (options.Attempts ?? DefaultAttempts)
            || now + delay - firstFailure > options.TotalTime;
        return isOver ? null : delay;
    }

    /// <summary>The delay after an attempt, from 1, as the options have it.</summary>
    public TimeSpan DelayAfter(int attempt)
    {
        var full = _delays[Math.Clamp(attempt, 1, _delays.Length) - 1];
        return options.Jitter ? full * random() : full;
    }
}
