using EventBus.Consuming;
using EventBus.Diagnostics;
using EventBus.Pipeline;
using EventBus.Retry;
using Microsoft.Extensions.Logging;

namespace EventBus.CircuitBreaker;

/// <summary>Keeps events from their handlers while the circuit is not closed, and tells it what the handlers came to.</summary>
/// <param name="circuit">The subscription's circuit.</param>
/// <param name="fallback">Where events go meanwhile; null to wait.</param>
/// <param name="log">The subscription's log.</param>
internal sealed class CircuitBreakerMiddleware(Circuit circuit, ConsumeDelegate? fallback, ILogger log) : IConsumeMiddleware
{
    public ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        if (circuit.Admits(context.Delivery))
        {
            return WatchAsync(context.Delivery, context, next, cancellationToken);
        }

        // Without a fallback nothing is taken any more, but this one had been when the circuit opened.
        return fallback?.Invoke(context, cancellationToken)
            ?? throw new PutBackException("The circuit of the subscription is not closed.", TimeSpan.Zero);
    }

    private async ValueTask WatchAsync(
        Delivery delivery, EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        try
        {
            await next(context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsFailure(exception) && !cancellationToken.IsCancellationRequested)
        {
            if (circuit.Failed(delivery, exception))
            {
                throw;
            }

            log.DeliveryFailedUncounted(delivery, exception);
            throw new PutBackException("The circuit of the subscription is not closed.", TimeSpan.Zero, exception);
        }

        circuit.Succeeded(delivery);
    }

    // An event that is itself at fault says nothing about what the handlers need.
    private static bool IsFailure(Exception exception) =>
        exception is not (PutBackException or HeldBackException or DoNotRetryException or UndecodableException);
}
