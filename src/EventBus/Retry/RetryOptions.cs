using Polly;

namespace EventBus.Retry;

/// <summary>
/// How a subscription tries a failed event again, bound from <c>EventBus:Subscriptions:NAME:Retry</c> and, for one contract, from
/// <c>EventBus:Subscriptions:NAME:Events:CONTRACT:Retry</c>; configuration wins over code, and what is said about one contract over what is
/// said about all.
/// </summary>
public sealed class RetryOptions
{
    private static readonly TimeSpan DefaultMaxDelay = TimeSpan.FromSeconds(30);
    private readonly List<Func<Exception, bool>> _only = [];
    private readonly List<Func<Exception, bool>> _never = [];

    /// <summary>The defaults.</summary>
    public RetryOptions()
    {
    }

    private RetryOptions(RetryOptions source)
    {
        Attempts = source.Attempts;
        Delay = source.Delay;
        Backoff = source.Backoff;
        Jitter = source.Jitter;
        MaxDelay = source.MaxDelay;
        TotalTime = source.TotalTime;
        AttemptTimeout = source.AttemptTimeout;
        InOrder = source.InOrder;
        _only.AddRange(source._only);
        _never.AddRange(source._never);
    }

    /// <summary>How often an event is handled at most, the first time included: 1 or more.</summary>
    /// <value>The default is null: 10 times with dead letters, and without end where there is no place for an event to go.</value>
    public int? Attempts { get; set; }

    /// <summary>How long the first retry waits; what the others are worked out from.</summary>
    /// <value>From zero to a day. The default is 100 milliseconds.</value>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether delays are all the same, grow by <see cref="Delay"/> each time, or double each time.</summary>
    /// <value>The default is <see cref="DelayBackoffType.Exponential"/>.</value>
    public DelayBackoffType Backoff { get; set; } = DelayBackoffType.Exponential;

    /// <summary>
    /// Whether each delay is drawn evenly from zero to its full length, so that what failed together does not come again together ("full
    /// jitter").
    /// </summary>
    /// <value>The default is true.</value>
    /// <seealso href="https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/"/>
    public bool Jitter { get; set; } = true;

    /// <summary>The longest delay. What a <see cref="RetryAfterException"/> asks for may be longer.</summary>
    /// <value>Up to a day. The default is null: 30 seconds, or <see cref="Delay"/> where that is longer.</value>
    public TimeSpan? MaxDelay { get; set; }

    /// <summary>How long after its first failure an event may be tried again: no attempt starts later than that.</summary>
    /// <value>The default is null: no limit.</value>
    public TimeSpan? TotalTime { get; set; }

    /// <summary>How long one attempt may take. Its token fires then, and the attempt has failed.</summary>
    /// <value>The default is null: no limit.</value>
    public TimeSpan? AttemptTimeout { get; set; }

    /// <summary>
    /// True makes the later events of a failed event's key wait behind it. False puts the failed event aside until it is due, outside of its
    /// key's order, and goes on; it comes back at its time, also after a restart where the transport keeps events.
    /// </summary>
    /// <value>The default is true.</value>
    public bool InOrder { get; set; } = true;

    /// <summary>Tries again after exceptions of this type, and of the others named so, and gives up at once after any other.</summary>
    /// <param name="when">Looks closer at an exception; null for all of the type.</param>
    public RetryOptions RetryOn<TException>(Func<TException, bool>? when = null)
        where TException : Exception
    {
        _only.Add(exception => exception is TException match && when?.Invoke(match) != false);
        return this;
    }

    /// <summary>Gives up at once after exceptions of this type, whatever else is said.</summary>
    /// <param name="when">Looks closer at an exception; null for all of the type.</param>
    public RetryOptions NeverRetryOn<TException>(Func<TException, bool>? when = null)
        where TException : Exception
    {
        _never.Add(exception => exception is TException match && when?.Invoke(match) != false);
        return this;
    }

    /// <summary>Whether events are given up for any reason that stands here.</summary>
    internal bool HasLimits => Attempts is not null || TotalTime is not null || _only.Count > 0 || _never.Count > 0;

    internal TimeSpan LongestDelay => MaxDelay ?? (Delay > DefaultMaxDelay ? Delay : DefaultMaxDelay);

    internal bool IsRetried(Exception exception) =>
        !_never.Exists(matches => matches(exception)) && (_only.Count == 0 || _only.Exists(matches => matches(exception)));

    /// <summary>A copy, which can be changed for one contract.</summary>
    internal RetryOptions Copy() => new(this);
}
