using EventBus.Pipeline;

namespace EventBus.DeadLetters;

/// <summary>Parks events behind a dead one of their key, in subscriptions that keep a key's order so.</summary>
internal sealed class ParkingStep(KeyChains chains) : IConsumeMiddleware
{
    public ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken) =>
        chains.IsFree(context.Delivery) ? next(context, cancellationToken) : TakeAsync(context, next, cancellationToken);

    private async ValueTask TakeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        if (await chains.TakeAsync(context.Delivery, cancellationToken).ConfigureAwait(false))
        {
            context.Delivery.IsSetAside = true;
        }
        else
        {
            await next(context, cancellationToken).ConfigureAwait(false);
        }
    }
}
