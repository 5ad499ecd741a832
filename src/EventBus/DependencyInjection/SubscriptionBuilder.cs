using System.Diagnostics.CodeAnalysis;
using EventBus;
using EventBus.DependencyInjection;
using EventBus.Pipeline;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Configures a subscription: what it handles, and how. Mistakes are told when the bus starts, all at once.</summary>
public sealed partial class SubscriptionBuilder
{
    private readonly SubscriptionRegistration _subscription;
    private readonly Handlers _handlers;

    internal SubscriptionBuilder(SubscriptionRegistration subscription, Handlers handlers)
    {
        _subscription = subscription;
        _handlers = handlers;
    }

    /// <summary>The subscription's name.</summary>
    public string Name => _subscription.Name;

    /// <summary>
    /// Handles events with a class from the services. Without a registration of its own it is added as scoped: one object, in a
    /// scope of its own, for each delivery. Registered as a singleton it serves all events and costs no scope.
    /// </summary>
    /// <typeparam name="TEvent">The events' type, or a base type or interface of several registered events.</typeparam>
    /// <typeparam name="THandler">The handler's class.</typeparam>
    public SubscriptionBuilder Handle<
        TEvent, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class, IEventHandler<TEvent>
    {
        _handlers.Add<THandler>();
        return Add(new ServiceHandlerBinding<TEvent, THandler>());
    }

    /// <summary>Handles events with an object of the application's.</summary>
    public SubscriptionBuilder Handle<TEvent>(IEventHandler<TEvent> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(new InstanceHandlerBinding<TEvent>(handler));
    }

    /// <summary>Handles events with a function.</summary>
    public SubscriptionBuilder Handle<TEvent>(Func<TEvent, EventContext, CancellationToken, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(new InstanceHandlerBinding<TEvent>(new DelegateHandler<TEvent>(handler)));
    }

    /// <summary>Handles events in batches with a class from the services, as <see cref="Handle{TEvent, THandler}()"/> does one by one.</summary>
    /// <param name="maxSize">The most events that a batch has.</param>
    /// <param name="maxWait">
    /// How long an event may wait for its batch to fill; null or zero to take what is there, which costs no latency.
    /// </param>
    public SubscriptionBuilder HandleBatch<
        TEvent, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        int maxSize = BatchLimits.DefaultSize, TimeSpan? maxWait = null)
        where THandler : class, IBatchEventHandler<TEvent>
    {
        _handlers.Add<THandler>();
        return Add(new ServiceBatchHandlerBinding<TEvent, THandler>(new BatchLimits(maxSize, maxWait ?? TimeSpan.Zero)));
    }

    /// <summary>Handles events in batches with an object of the application's.</summary>
    /// <inheritdoc cref="HandleBatch{TEvent, THandler}(int, TimeSpan?)"/>
    /// <param name="handler">The handler.</param>
    /// <param name="maxSize">The most events that a batch has.</param>
    /// <param name="maxWait">
    /// How long an event may wait for its batch to fill; null or zero to take what is there, which costs no latency.
    /// </param>
    public SubscriptionBuilder HandleBatch<TEvent>(
        IBatchEventHandler<TEvent> handler, int maxSize = BatchLimits.DefaultSize, TimeSpan? maxWait = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(new InstanceBatchHandlerBinding<TEvent>(handler, new BatchLimits(maxSize, maxWait ?? TimeSpan.Zero)));
    }

    /// <summary>
    /// Reads these topics or patterns (<c>user.*</c> for one word, <c>user.&gt;</c> for the rest) in place of the topics of the handled
    /// events. Events without a handler in the subscription are acknowledged unhandled.
    /// </summary>
    public SubscriptionBuilder Topics(params string[] topics)
    {
        _subscription.Topics.AddRange(topics);
        return this;
    }

    /// <summary>Where the group starts in a topic in which it has no position yet; the default is <see cref="SeekTarget.Earliest"/>.</summary>
    public SubscriptionBuilder StartFrom(SeekTarget target)
    {
        _subscription.StartFrom = target;
        return this;
    }

    /// <summary>How many events are handled at once: <see cref="SubscriptionOptions.Concurrency"/>.</summary>
    public SubscriptionBuilder WithConcurrency(int concurrency) => Configure(options => options.Concurrency = concurrency);

    /// <summary>Changes the subscription's settings; configuration under <c>EventBus:Subscriptions:NAME</c> wins over it.</summary>
    public SubscriptionBuilder Configure(Action<SubscriptionOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _subscription.Configure.Add(configure);
        return this;
    }

    /// <summary>Puts a step in front of this subscription's handlers, behind those of the bus and those added before.</summary>
    public SubscriptionBuilder Use(IConsumeMiddleware middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        _subscription.Middleware.Add(_ => middleware);
        return this;
    }

    /// <summary>Puts a step from the services, one object for all events, in front of this subscription's handlers.</summary>
    public SubscriptionBuilder Use<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TMiddleware>()
        where TMiddleware : class, IConsumeMiddleware
    {
        _subscription.Middleware.Add(ActivatorUtilities.GetServiceOrCreateInstance<TMiddleware>);
        return this;
    }

    private SubscriptionBuilder Add(HandlerBinding binding)
    {
        _subscription.Handlers.Add(binding);
        return this;
    }
}
