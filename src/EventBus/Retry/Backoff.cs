using Polly;
using Polly.Retry;

namespace EventBus.Retry;

/// <summary>
/// The delays of a rule, one after each attempt, as Polly's retry strategy has them. It is asked once, when the rule is made, by a clock that lets its
/// delays pass at once: it says how long they are, and who waits that long is the dispatcher.
/// </summary>
internal static class Backoff
{
    // Where delays still grow behind so many attempts, they grow no more.
    private const int MostAttempts = 1_024;

    /// <returns>The delays up to the first that all later ones are as long as; at least one.</returns>
    public static TimeSpan[] Delays(RetryOptions options)
    {
        List<TimeSpan> delays = [];
        var strategy = new RetryStrategyOptions
        {
            MaxRetryAttempts = MostAttempts,
            Delay = options.Delay,
            BackoffType = options.Backoff,
            MaxDelay = options.LongestDelay,
            ShouldHandle = _ => new ValueTask<bool>(!IsSteady(delays, options.LongestDelay)),
            OnRetry = arguments =>
            {
                delays.Add(arguments.RetryDelay);
                return ValueTask.CompletedTask;
            },
        };
        new ResiliencePipelineBuilder { TimeProvider = ClockAtOnce.Instance }.AddRetry(strategy).Build().Execute(static () => { });
        return [.. delays];
    }

    private static bool IsSteady(List<TimeSpan> delays, TimeSpan longest) =>
        delays is [.., var last] && (last >= longest || (delays is [.., var before, _] && before == last));

    private sealed class ClockAtOnce : TimeProvider
    {
        public static ClockAtOnce Instance { get; } = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                callback(state);
            }

            return new Elapsed();
        }
    }

    private sealed class Elapsed : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
