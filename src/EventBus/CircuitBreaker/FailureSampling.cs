using Polly;
using Polly.CircuitBreaker;

namespace EventBus.CircuitBreaker;

/// <summary>
/// Watches the share of failures until it is too large, by the sampling of Polly's circuit breaker. Its other states are not used: they let
/// calls through or refuse them, and here reading has to pause and whole events have to try.
/// </summary>
internal sealed class FailureSampling
{
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<bool> _breaker;

    public FailureSampling(CircuitBreakerOptions options, double ratio, TimeProvider time) =>
        _breaker = new ResiliencePipelineBuilder<bool> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<bool>
            {
                FailureRatio = ratio,
                SamplingDuration = options.SamplingDuration,
                MinimumThroughput = options.MinimumThroughput,
                ShouldHandle = static outcome => ValueTask.FromResult(outcome.Outcome.Result),
                StateProvider = _state,
            })
            .Build();

    /// <summary>Notes an outcome. Not to be called again once it has returned true.</summary>
    /// <returns>Whether the share of failures is too large now.</returns>
    public bool Add(bool failed)
    {
        _breaker.Execute(static failed => failed, failed);
        return _state.CircuitState == CircuitState.Open;
    }
}
