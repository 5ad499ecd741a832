namespace EventBus.Pipeline;

/// <summary>The way of an event from the dispatcher to its handlers: an ordered list of steps, made into one delegate.</summary>
internal static class ConsumePipeline
{
    /// <summary>Builds a subscription's pipeline, once.</summary>
    public static ConsumeDelegate Build(PipelineSteps has)
    {
        // The order of the built-in steps, outermost first. What becomes of an event that fails in any of them is decided behind all of
        // them, in FailureStage, so that an event that does not fail pays nothing for it.
        List<IConsumeMiddleware?> steps =
        [
            has.Telemetry,
            has.Parking,
            has.Idempotency,
            has.Scopes,
            has.CircuitBreaker,
            has.Timeout,
            .. has.Custom,
        ];

        // A lambda, for a delegate of a static method costs a detour at each call.
        ConsumeDelegate next = static (context, cancellationToken) => HandlerStep.InvokeAsync(context, cancellationToken);
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            if (steps[i] is { } step)
            {
                var rest = next;
                next = (context, cancellationToken) => step.InvokeAsync(context, rest, cancellationToken);
            }
        }

        return next;
    }
}
