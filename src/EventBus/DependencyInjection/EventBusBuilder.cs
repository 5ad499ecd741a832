using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventBus.Catalog;
using EventBus.DependencyInjection;
using EventBus.Idempotency;
using EventBus.Pipeline;
using EventBus.Serialization;
using EventBus.Transports;
using EventBus.Transports.InMemory;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Configures a bus: its transport, its events and its subscriptions. Mistakes are told when the bus starts, all at once.</summary>
public sealed partial class EventBusBuilder
{
    private readonly BusRegistration _registration;

    internal EventBusBuilder(IServiceCollection services, BusRegistration registration)
    {
        Services = services;
        _registration = registration;
    }

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Carries events in this process, with no server: the default.</summary>
    /// <param name="configure">Changes the settings; configuration under <c>EventBus:InMemory</c> wins over it.</param>
    public EventBusBuilder UseInMemory(Action<InMemoryOptions>? configure = null)
    {
        Services.AddOptions<InMemoryOptions>().Configure(configure ?? (static _ => { }));
        _registration.Use(InMemoryRegistration.CreateTransport);
        return this;
    }

    /// <summary>
    /// Carries events in this process through a broker object that several buses share. Its settings are the object's own; configuration has
    /// no effect on them.
    /// </summary>
    public EventBusBuilder UseInMemory(InMemoryBroker broker)
    {
        ArgumentNullException.ThrowIfNull(broker);
        return UseTransport(_ => broker.CreateTransport());
    }

    /// <summary>Carries events by another transport. The last call wins.</summary>
    public EventBusBuilder UseTransport(Func<IServiceProvider, IEventTransport> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        _registration.Use(factory);
        return this;
    }

    /// <summary>Carries events by a transport that has an idempotency store of its own, for applications that register none.</summary>
    internal EventBusBuilder UseTransport(
        Func<IServiceProvider, IEventTransport> factory, Func<IServiceProvider, IIdempotencyStore> idempotencyStore)
    {
        _registration.Use(factory, idempotencyStore);
        return this;
    }

    /// <summary>
    /// Serializes with these JSON options, copied at the start, in place of <see cref="JsonSerializerDefaults.Web"/>. Give them a
    /// source-generated context as resolver where reflection is not to be had.
    /// </summary>
    public EventBusBuilder UseJson(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _registration.Json.Options = options;
        return this;
    }

    /// <summary>Serializes with another format than JSON.</summary>
    public EventBusBuilder UseSerializer(IEventSerializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        _registration.Serializer = serializer;
        return this;
    }

    /// <summary>Registers an event type. Its JSON comes from <see cref="UseJson"/> or, failing that, from reflection.</summary>
    /// <typeparam name="T">The event's type.</typeparam>
    /// <param name="name">The contract name, which is what goes over the wire, e.g. <c>user.registered</c>.</param>
    /// <param name="topic">The topic; null for one with the contract's name.</param>
    /// <param name="key">What decides the partition and the order; null where order does not matter.</param>
    /// <param name="version">The contract's version, from 1.</param>
    [RequiresUnreferencedCode("Finds the event's JSON by reflection. Pass a JsonTypeInfo<T> of a source-generated context instead.")]
    [RequiresDynamicCode("Finds the event's JSON by reflection. Pass a JsonTypeInfo<T> of a source-generated context instead.")]
    public EventBusBuilder Event<T>(string name, string? topic = null, Func<T, string?>? key = null, int version = 1)
        where T : notnull
    {
        _registration.Json.AddReflection();
        return Add(new EventDefinition<T>(name, version, topic ?? name, key));
    }

    /// <summary>Registers an event type with its JSON from a source-generated context: nothing is found by reflection.</summary>
    /// <inheritdoc cref="Event{T}(string, string?, Func{T, string?}?, int)"/>
    /// <param name="name">The contract name, which is what goes over the wire, e.g. <c>user.registered</c>.</param>
    /// <param name="json">How the type becomes JSON, e.g. <c>MyJsonContext.Default.UserRegistered</c>.</param>
    /// <param name="topic">The topic; null for one with the contract's name.</param>
    /// <param name="key">What decides the partition and the order; null where order does not matter.</param>
    /// <param name="version">The contract's version, from 1.</param>
    public EventBusBuilder Event<T>(
        string name, JsonTypeInfo<T> json, string? topic = null, Func<T, string?>? key = null, int version = 1)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(json);
        _registration.Json.Add(json);
        return Add(new EventDefinition<T>(name, version, topic ?? name, key));
    }

    /// <summary>Puts a step in front of the handlers of every subscription, behind the steps added before.</summary>
    public EventBusBuilder Use(IConsumeMiddleware middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        _registration.Middleware.Add(_ => middleware);
        return this;
    }

    /// <summary>Puts a step from the services, one object for all events, in front of the handlers of every subscription.</summary>
    public EventBusBuilder Use<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TMiddleware>()
        where TMiddleware : class, IConsumeMiddleware
    {
        _registration.Middleware.Add(ActivatorUtilities.GetServiceOrCreateInstance<TMiddleware>);
        return this;
    }

    /// <summary>Adds a subscription, or goes on with the one of that name.</summary>
    /// <param name="name">The name of the consumer group: every group sees every event, and one member of it handles it.</param>
    public SubscriptionBuilder Subscription(string name) =>
        new(_registration.Subscription(name), new Handlers(Services));

    /// <summary>Changes the bus's settings; configuration under <c>EventBus</c> wins over it.</summary>
    public EventBusBuilder Configure(Action<EventBus.EventBusOptions> configure)
    {
        Services.AddOptions<EventBus.EventBusOptions>().Configure(configure);
        return this;
    }

    private EventBusBuilder Add(EventDefinition definition)
    {
        _registration.Events.Add(definition);
        return this;
    }
}
