using EventBus.Consuming;
using EventBus.Diagnostics;
using EventBus.Pipeline;
using Microsoft.Extensions.Logging;

namespace EventBus.DeadLetters;

/// <summary>Parks events behind a dead one of their key, in subscriptions that keep a key's order so.</summary>
internal sealed class ParkingStep(KeyChains chains, ILogger log) : IConsumeMiddleware
{
    public ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken) =>
        chains.IsFree(context.Delivery) ? next(context, cancellationToken) : TakeAsync(context, next, cancellationToken);

    private async ValueTask TakeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        var delivery = context.Delivery;
        try
        {
            delivery.IsSetAside = await chains.TakeAsync(delivery, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The transport is at fault, not the event: it must not use up its attempts, nor pass the one that it belongs behind.
            log.ParkingFailed(exception, delivery);
            throw new PutBackException(
                "The dead letters of the event's key could not be read or written.", RetryPause.After(++delivery.Outages), exception);
        }

        if (!delivery.IsSetAside)
        {
            await next(context, cancellationToken).ConfigureAwait(false);
        }
    }
}
