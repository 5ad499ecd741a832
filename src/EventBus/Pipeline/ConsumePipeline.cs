using EventBus.Idempotency;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Pipeline;

/// <summary>The way of an event from the dispatcher to its handlers: an ordered list of steps, made into one delegate.</summary>
internal static class ConsumePipeline
{
    /// <summary>Builds a subscription's pipeline, once.</summary>
    /// <param name="telemetry">Tells of every attempt; outermost, so that it sees what all the others do.</param>
    /// <param name="scopes">Makes the scopes of the attempts that need one.</param>
    /// <param name="custom">The application's middleware: the bus's, then the subscription's.</param>
    /// <param name="needsScopes">Whether any route has scoped handlers.</param>
    /// <param name="timeout">Limits the time of an attempt; null for no limit.</param>
    /// <param name="idempotency">Handles an event once; null where the subscription did not ask for it.</param>
    public static ConsumeDelegate Build(
        TelemetryMiddleware? telemetry, IServiceScopeFactory scopes, IReadOnlyCollection<IConsumeMiddleware> custom, bool needsScopes,
        TimeoutMiddleware? timeout, IdempotencyMiddleware? idempotency)
    {
        // The order of the built-in steps, outermost first.
        List<IConsumeMiddleware?> steps =
        [
            telemetry,
            idempotency,
            needsScopes || custom.Count > 0 ? new ScopeMiddleware(scopes, forAll: custom.Count > 0) : null,
            timeout,
            .. custom,
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
