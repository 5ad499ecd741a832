namespace EventBus.Pipeline;

/// <summary>A function as a handler.</summary>
internal sealed class DelegateHandler<TEvent>(Func<TEvent, EventContext, CancellationToken, ValueTask> handle) : IEventHandler<TEvent>
{
    public ValueTask HandleAsync(TEvent @event, EventContext context, CancellationToken cancellationToken) =>
        handle(@event, context, cancellationToken);
}
