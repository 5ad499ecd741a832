namespace EventBus.Pipeline;

/// <summary>The steps that a subscription has; null for one that it does without. Their order stands in <see cref="ConsumePipeline"/>.</summary>
internal sealed record PipelineSteps
{
    /// <summary>Tells of every attempt; outermost, so that it sees what all the others do.</summary>
    public IConsumeMiddleware? Telemetry { get; init; }

    /// <summary>Parks events behind a dead one of their key.</summary>
    public IConsumeMiddleware? Parking { get; init; }

    /// <summary>Handles an event once.</summary>
    public IConsumeMiddleware? Idempotency { get; init; }

    /// <summary>Gives attempts a scope of services.</summary>
    public IConsumeMiddleware? Scopes { get; init; }

    /// <summary>Keeps events from handlers that fail.</summary>
    public IConsumeMiddleware? CircuitBreaker { get; init; }

    /// <summary>Limits the time of an attempt.</summary>
    public IConsumeMiddleware? Timeout { get; init; }

    /// <summary>The application's: the bus's, then the subscription's.</summary>
    public required IReadOnlyCollection<IConsumeMiddleware> Custom { get; init; }
}
