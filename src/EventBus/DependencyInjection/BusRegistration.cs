using EventBus.Catalog;
using EventBus.Catalog.Versions;
using EventBus.Idempotency;
using EventBus.Pipeline;
using EventBus.Serialization;
using EventBus.Transports;
using EventBus.Transports.InMemory;

namespace EventBus.DependencyInjection;

/// <summary>What all calls of AddEventBus on one service collection have said; filled before there are services.</summary>
internal sealed class BusRegistration
{
    private readonly Dictionary<string, SubscriptionRegistration> _subscriptions = new(StringComparer.Ordinal);

    public Func<IServiceProvider, IEventTransport> Transport { get; private set; } = InMemoryRegistration.CreateTransport;

    /// <summary>The transport's own store, for an application that has registered none.</summary>
    public Func<IServiceProvider, IIdempotencyStore> IdempotencyStore { get; private set; } = InMemoryRegistration.CreateIdempotencyStore;

    public JsonRegistration Json { get; } = new();

    /// <summary>The serializer in place of JSON; null for JSON.</summary>
    public IEventSerializer? Serializer { get; set; }

    public List<EventDefinition> Events { get; } = [];

    public List<UpcastStep> Upcasters { get; } = [];

    public List<Func<IServiceProvider, IConsumeMiddleware>> Middleware { get; } = [];

    /// <summary>Whether attempts are told of; without it there is nothing to compare the cost of it with.</summary>
    public bool HasTelemetry { get; set; } = true;

    /// <summary>Whether a health check asks how the bus is.</summary>
    public bool HasHealthCheck { get; set; }

    /// <summary>The steps behind all other middleware, next to the handlers: a test harness's.</summary>
    public List<Func<IServiceProvider, IConsumeMiddleware>> Innermost { get; } = [];

    public IEnumerable<SubscriptionRegistration> Subscriptions => _subscriptions.Values;

    /// <summary>Chooses the transport, and with it the store: one that another transport has brought is not left behind.</summary>
    /// <param name="transport">Makes the transport.</param>
    /// <param name="idempotencyStore">Makes its store; null for the one in memory.</param>
    public void Use(
        Func<IServiceProvider, IEventTransport> transport, Func<IServiceProvider, IIdempotencyStore>? idempotencyStore = null)
    {
        Transport = transport;
        IdempotencyStore = idempotencyStore ?? InMemoryRegistration.CreateIdempotencyStore;
    }

    public SubscriptionRegistration Subscription(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_subscriptions.TryGetValue(name, out var subscription))
        {
            _subscriptions.Add(name, subscription = new SubscriptionRegistration(name));
        }

        return subscription;
    }
}
