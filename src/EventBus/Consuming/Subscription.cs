using System.Threading.RateLimiting;
using EventBus.CircuitBreaker;
using EventBus.Diagnostics;
using EventBus.Pipeline;
using Microsoft.Extensions.Logging;

namespace EventBus.Consuming;

/// <summary>A subscription as it was resolved from its registration: checked, with its routes and its pipeline. Immutable.</summary>
internal sealed class Subscription
{
    public required string Name { get; init; }

    public required SubscriptionOptions Options { get; init; }

    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>Whether events may come back to this group alone, after a time or from its dead letters.</summary>
    public bool TakesReturns { get; init; }

    public required SeekTarget StartFrom { get; init; }

    public required RouteTable Routes { get; init; }

    public required ConsumeDelegate Pipeline { get; init; }

    public required FailureStage Failures { get; init; }

    /// <summary>The application's root services.</summary>
    public required IServiceProvider Services { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Log { get; init; }

    /// <summary>What the subscription tells of itself.</summary>
    public required SubscriptionMetrics Metrics { get; init; }

    /// <summary>The harness that the bus runs in; null outside of one.</summary>
    public IActivityProbe? Activity { get; init; }

    /// <summary>The circuit breaker; null where there is none. It has a state, unlike everything else here.</summary>
    public Circuit? Circuit { get; init; }

    /// <summary>What attempts need a permit of; null where there is no limit.</summary>
    public RateLimiter? RateLimiter { get; init; }
}
