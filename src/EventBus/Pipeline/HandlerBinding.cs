using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Pipeline;

/// <summary>A handler as it was registered, before there are services to take it from.</summary>
internal abstract class HandlerBinding(Type eventType, Type? handlerType, BatchLimits? batch)
{
    /// <summary>The type of the events, or a base of them.</summary>
    public Type EventType { get; } = eventType;

    /// <summary>The handler's class, if it comes from the services.</summary>
    public Type? HandlerType { get; } = handlerType;

    /// <summary>The limits of a batch handler; null for a handler of single events.</summary>
    public BatchLimits? Batch { get; } = batch;

    /// <summary>Makes the invoker of a handler of single events.</summary>
    /// <param name="services">The root services.</param>
    /// <param name="singleton">Whether the handler's class is registered as a singleton.</param>
    public virtual HandlerInvoker Bind(IServiceProvider services, bool singleton) => throw NotOfThisKind();

    /// <summary>Makes the invoker of a batch handler.</summary>
    /// <inheritdoc cref="Bind"/>
    public virtual BatchHandlerInvoker BindBatch(IServiceProvider services, bool singleton) => throw NotOfThisKind();

    private InvalidOperationException NotOfThisKind() => new($"The handler of {EventType.Name} is not of the kind that was asked for.");
}

internal sealed class InstanceHandlerBinding<TEvent>(IEventHandler<TEvent> handler) : HandlerBinding(typeof(TEvent), null, null)
{
    public override HandlerInvoker Bind(IServiceProvider services, bool singleton) => new InstanceHandlerInvoker<TEvent>(handler);
}

internal sealed class ServiceHandlerBinding<TEvent, THandler>() : HandlerBinding(typeof(TEvent), typeof(THandler), null)
    where THandler : class, IEventHandler<TEvent>
{
    public override HandlerInvoker Bind(IServiceProvider services, bool singleton) => singleton
        ? new InstanceHandlerInvoker<TEvent>(services.GetRequiredService<THandler>())
        : new ScopedHandlerInvoker<TEvent, THandler>();
}

internal sealed class InstanceBatchHandlerBinding<TEvent>(IBatchEventHandler<TEvent> handler, BatchLimits limits)
    : HandlerBinding(typeof(TEvent), null, limits)
{
    public override BatchHandlerInvoker BindBatch(IServiceProvider services, bool singleton) =>
        new InstanceBatchHandlerInvoker<TEvent>(handler, limits);
}

internal sealed class ServiceBatchHandlerBinding<TEvent, THandler>(BatchLimits limits)
    : HandlerBinding(typeof(TEvent), typeof(THandler), limits)
    where THandler : class, IBatchEventHandler<TEvent>
{
    public override BatchHandlerInvoker BindBatch(IServiceProvider services, bool singleton) => singleton
        ? new InstanceBatchHandlerInvoker<TEvent>(services.GetRequiredService<THandler>(), limits)
        : new ScopedBatchHandlerInvoker<TEvent, THandler>(services.GetRequiredService<IServiceScopeFactory>(), limits);
}
