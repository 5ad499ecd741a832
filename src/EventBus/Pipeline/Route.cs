using EventBus.Catalog;

namespace EventBus.Pipeline;

/// <summary>What a subscription does with the events of one contract: handle each by all of the handlers, or collect batches.</summary>
internal sealed class Route(EventDefinition definition, HandlerInvoker[] handlers, BatchHandlerInvoker? batchHandler)
{
    public EventDefinition Definition { get; } = definition;

    /// <summary>The handlers of single events, in the order of their registration.</summary>
    public HandlerInvoker[] Handlers { get; } = handlers;

    public BatchHandlerInvoker? BatchHandler { get; } = batchHandler;

    /// <summary>Whether an attempt needs a scope of services.</summary>
    public bool NeedsScope { get; } = handlers.Any(handler => handler.NeedsScope);
}
