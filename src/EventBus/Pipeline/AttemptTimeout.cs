using Polly;
using Polly.Timeout;

namespace EventBus.Pipeline;

/// <summary>Limits the time of an attempt. One object serves all attempts.</summary>
internal sealed class AttemptTimeout
{
    // What Polly takes.
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(10);
    public static readonly TimeSpan Most = TimeSpan.FromDays(1);

    private readonly ResiliencePipeline _pipeline;
    private readonly TimeSpan _limit;

    /// <param name="limit">From 10 milliseconds to a day.</param>
    /// <param name="time">The clock.</param>
    public AttemptTimeout(TimeSpan limit, TimeProvider time)
    {
        _limit = limit;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(limit).Build();
    }

    /// <summary>Runs an attempt, whose token is cancelled when the time is over.</summary>
    /// <exception cref="TimeoutException">It ended because of that.</exception>
    public async ValueTask RunAsync<TState>(
        Func<TState, CancellationToken, ValueTask> attempt, TState state, CancellationToken cancellationToken)
    {
        try
        {
            await _pipeline.ExecuteAsync(attempt, state, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException exception)
        {
            // Not a cancellation to whoever sees it: only the subscription's own stop is one.
            throw new TimeoutException($"The attempt was cancelled, for it took longer than the {_limit} that it may take.", exception);
        }
    }
}
