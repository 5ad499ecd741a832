using EventBus.Consuming;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Pipeline;

/// <summary>Calls one handler with a delivery's event, as the handler's own type.</summary>
internal abstract class HandlerInvoker
{
    public virtual bool NeedsScope => false;

    /// <summary>The handler's class, for whoever looks at a failure.</summary>
    public abstract string Name { get; }

    public abstract ValueTask InvokeAsync(EventContext context, CancellationToken cancellationToken);
}

/// <summary>Calls an object that serves all events.</summary>
internal sealed class InstanceHandlerInvoker<TEvent>(IEventHandler<TEvent> handler) : HandlerInvoker
{
    public override string Name { get; } = handler is DelegateHandler<TEvent> ? $"a function of {typeof(TEvent).Name}" : $"{handler.GetType()}";

    public override ValueTask InvokeAsync(EventContext context, CancellationToken cancellationToken) =>
        handler.HandleAsync((TEvent)context.Event, context, cancellationToken);
}

/// <summary>Calls an object of the attempt's own scope.</summary>
internal sealed class ScopedHandlerInvoker<TEvent, THandler> : HandlerInvoker
    where THandler : class, IEventHandler<TEvent>
{
    public override bool NeedsScope => true;

    public override string Name { get; } = $"{typeof(THandler)}";

    public override ValueTask InvokeAsync(EventContext context, CancellationToken cancellationToken) =>
        context.Services.GetRequiredService<THandler>().HandleAsync((TEvent)context.Event, context, cancellationToken);
}

/// <summary>Calls one batch handler with the events of several deliveries.</summary>
internal abstract class BatchHandlerInvoker(BatchLimits limits)
{
    public BatchLimits Limits { get; } = limits;

    /// <inheritdoc cref="HandlerInvoker.Name"/>
    public abstract string Name { get; }

    public abstract ValueTask InvokeAsync(Delivery[] deliveries, CancellationToken cancellationToken);
}

/// <summary>Calls an object that serves all batches.</summary>
internal sealed class InstanceBatchHandlerInvoker<TEvent>(IBatchEventHandler<TEvent> handler, BatchLimits limits)
    : BatchHandlerInvoker(limits)
{
    public override string Name { get; } = $"{handler.GetType()}";

    public override ValueTask InvokeAsync(Delivery[] deliveries, CancellationToken cancellationToken) =>
        handler.HandleAsync(new EventBatch<TEvent>(deliveries), cancellationToken);
}

/// <summary>Calls an object of a scope of the batch's own.</summary>
internal sealed class ScopedBatchHandlerInvoker<TEvent, THandler>(IServiceScopeFactory scopes, BatchLimits limits)
    : BatchHandlerInvoker(limits)
    where THandler : class, IBatchEventHandler<TEvent>
{
    public override string Name { get; } = $"{typeof(THandler)}";

    public override async ValueTask InvokeAsync(Delivery[] deliveries, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            var handler = scope.ServiceProvider.GetRequiredService<THandler>();
            await handler.HandleAsync(new EventBatch<TEvent>(deliveries), cancellationToken).ConfigureAwait(false);
        }
    }
}
