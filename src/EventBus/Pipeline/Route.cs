using EventBus.Catalog;
using EventBus.Retry;

namespace EventBus.Pipeline;

/// <summary>What a subscription does with the events of one contract: handle each by all of the handlers, or collect batches.</summary>
/// <param name="reader">What makes the events of their data: the contract's definition, or a way around it for another version.</param>
/// <param name="handlers">The handlers of single events, in the order of their registration.</param>
/// <param name="batchHandler">The handler of batches; null where single events are handled.</param>
/// <param name="retry">What becomes of a failed attempt.</param>
internal sealed class Route(EventReader reader, HandlerInvoker[] handlers, BatchHandlerInvoker? batchHandler, RetryPolicy retry)
{
    public EventReader Reader { get; } = reader;

    public EventDefinition Definition { get; } = reader.Definition;

    /// <summary>The handlers of single events, in the order of their registration.</summary>
    public HandlerInvoker[] Handlers { get; } = handlers;

    public BatchHandlerInvoker? BatchHandler { get; } = batchHandler;

    /// <summary>What becomes of a failed attempt.</summary>
    public RetryPolicy Retry { get; } = retry;

    /// <summary>The handlers by name, for whoever looks at a failure.</summary>
    public string HandlerName { get; } = batchHandler?.Name ?? string.Join(", ", handlers.Select(handler => handler.Name));

    /// <summary>Whether an attempt needs a scope of services.</summary>
    public bool NeedsScope { get; } = handlers.Any(handler => handler.NeedsScope);

    /// <summary>The same handlers, for events that are read in another way; batches collect both.</summary>
    public Route WithReader(EventReader other) => new(other, Handlers, BatchHandler, Retry);
}
