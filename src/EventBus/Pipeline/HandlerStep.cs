namespace EventBus.Pipeline;

/// <summary>The end of every pipeline: the handlers of the event's route, one after the other, or the batch that it belongs to.</summary>
internal static class HandlerStep
{
    public static ValueTask InvokeAsync(EventContext context, CancellationToken cancellationToken)
    {
        var delivery = context.Delivery;
        delivery.ReachedHandler = true;
        if (delivery.Batch is { } batch)
        {
            return batch.JoinAsync(delivery);
        }

        var handlers = delivery.Route.Handlers;
        return handlers.Length == 1
            ? handlers[0].InvokeAsync(context, cancellationToken)
            : InvokeAllAsync(handlers, context, cancellationToken);
    }

    // They succeed or fail together: what one of them did may have been undone by middleware that wraps them all.
    private static async ValueTask InvokeAllAsync(
        HandlerInvoker[] handlers, EventContext context, CancellationToken cancellationToken)
    {
        foreach (var handler in handlers)
        {
            try
            {
                // The next one starts where a harness wants handlers to run; nobody else has a context here.
                await handler.InvokeAsync(context, cancellationToken).ConfigureAwait(true);
            }
            catch
            {
                context.Delivery.FailedHandler = handler.Name;
                throw;
            }
        }
    }
}
