using EventBus.Catalog;
using EventBus.CircuitBreaker;
using EventBus.Consuming;
using EventBus.DeadLetters;
using EventBus.Diagnostics;
using EventBus.Hosting;
using EventBus.Idempotency;
using EventBus.Pipeline;
using EventBus.RateLimiting;
using EventBus.Retry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventBus.DependencyInjection;

/// <summary>Makes subscriptions of their registrations, once there are services: checked, resolved, and ready to run.</summary>
internal sealed class SubscriptionFactory(
    BusRegistration registration, IServiceCollection registeredServices, EventCatalog catalog, IServiceProvider services,
    TimeProvider time, ILoggerFactory loggers)
{
    private readonly HashSet<string> _excluded = new(StringComparer.Ordinal);

    /// <summary>The subscriptions of AddEventBus.</summary>
    /// <exception cref="OptionsValidationException">Something in the wiring is wrong; it lists every mistake.</exception>
    public IReadOnlyList<Subscription> CreateRegistered()
    {
        var wanted = registration.Subscriptions.Where(subscription => !_excluded.Contains(subscription.Name)).ToList();
        var check = new WiringCheck(catalog, services);
        var options = wanted.ConvertAll(subscription => OptionsOf(subscription));
        check.AddCatalog();
        check.AddOptions();
        for (var i = 0; i < wanted.Count; i++)
        {
            check.AddSubscription(wanted[i], options[i], RetriesOf(wanted[i], options[i]));
        }

        check.ThrowIfAny();
        return [.. wanted.Select((subscription, i) => Create(subscription, options[i]))];
    }

    /// <summary>A subscription that is added while the application runs.</summary>
    /// <exception cref="OptionsValidationException">Something in it is wrong, or its name is taken; it lists every mistake.</exception>
    public Subscription CreateAdded(string name, Action<SubscriptionBuilder> configure, IEnumerable<string> taken)
    {
        var added = new SubscriptionRegistration(name);
        configure(new SubscriptionBuilder(added, new Handlers(null)));
        var options = OptionsOf(added);
        var check = new WiringCheck(catalog, services);
        check.AddSubscription(added, options, RetriesOf(added, options));
        if (taken.Contains(name, StringComparer.Ordinal) || Knows(name))
        {
            check.Add($"Subscription '{name}': there is one of that name on this bus already. Unsubscribe it first, or take another name.");
        }

        check.ThrowIfAny();
        return Create(added, options);
    }

    /// <summary>Keeps a subscription of AddEventBus out of later starts: it has been unsubscribed.</summary>
    /// <returns>Whether there was one, and it was not kept out already.</returns>
    public bool Exclude(string name) => IsRegistered(name) && _excluded.Add(name);

    /// <summary>Whether there is a subscription of AddEventBus of that name that has not been kept out.</summary>
    public bool Knows(string name) => IsRegistered(name) && !_excluded.Contains(name);

    private bool IsRegistered(string name) =>
        registration.Subscriptions.Any(known => string.Equals(known.Name, name, StringComparison.Ordinal));

    private SubscriptionOptions OptionsOf(SubscriptionRegistration subscription)
    {
        var options = new SubscriptionOptions();
        subscription.Configure.ForEach(configure => configure(options));
        services.GetService<IConfiguration>()?.GetSection($"EventBus:Subscriptions:{subscription.Name}").Bind(options);
        return options;
    }

    private Subscription Create(SubscriptionRegistration subscription, SubscriptionOptions options)
    {
        var metrics = new SubscriptionMetrics(subscription.Name, services.GetRequiredService<BusMeter>(), time);
        var log = SubscriptionLog();
        var linkTraces = services.GetRequiredService<IOptions<EventBusOptions>>().Value.LinkTraces;
        var bindings = subscription.Handlers.ConvertAll(binding => new BoundHandler(
            binding, services, IsSingleton(binding), invoker => new TracedBatchHandlerInvoker(invoker, metrics, linkTraces)));
        var retries = RetriesOf(subscription, options);
        List<Route> routes = [];
        foreach (var definition in catalog.Definitions)
        {
            var handlers = bindings.FindAll(handler => handler.Takes(definition));
            if (handlers.Count > 0)
            {
                routes.Add(new Route(
                    definition,
                    [.. handlers.Select(handler => handler.Single).OfType<HandlerInvoker>()],
                    handlers.Select(handler => handler.Batch).OfType<BatchHandlerInvoker>().SingleOrDefault(),
                    retries.For(definition)));
            }
        }

        var letters = new DeadLetterTopic(subscription.Name, () => services.GetRequiredService<Bus>().Transport, time);
        var chains = options.KeepKeyOrder ? new KeyChains(letters, new OpenChains(letters)) : null;
        var deadLetters = options.DeadLetters ? new DeadLetterSettings(options.KeepKeyOrder, subscription.OnDeadLetter) : null;
        metrics.Parked = chains is null ? null : () => chains.Parked;
        metrics.OldestDeadLetter = deadLetters is null ? null : new Asked<DateTimeOffset?>(new DeadLetterReader(letters).OldestAsync, time);
        var breaker = options.CircuitBreaker is { Enabled: true } enabled ? enabled : null;
        var circuit = breaker is null
            ? null
            : new Circuit(subscription.Name, breaker, subscription.Fallback is not null, time, metrics, log);
        return new Subscription
        {
            Name = subscription.Name,
            Options = options,
            Topics = subscription.Topics.Count > 0
                ? subscription.Topics
                : [.. routes.Select(route => route.Definition.Topic).Distinct(StringComparer.Ordinal)],
            TakesReturns = options.DeadLetters || routes.Exists(route => !route.Retry.InOrder),
            StartFrom = subscription.StartFrom,
            Routes = new RouteTable(routes, catalog.Upcasters),
            Pipeline = ConsumePipeline.Build(StepsOf(subscription, options, routes) with
            {
                Telemetry = registration.HasTelemetry ? new TelemetryMiddleware(metrics, linkTraces, time, log) : null,
                CircuitBreaker = circuit is null ? null : new CircuitBreakerMiddleware(circuit, subscription.Fallback, log),
                Parking = chains is null ? null : new ParkingStep(chains, log),
            }),
            Failures = new FailureStage(letters, deadLetters, chains, metrics, time, log),
            Services = services,
            Time = time,
            Log = log,
            Metrics = metrics,
            Activity = services.GetService<IActivityProbe>(),
            Circuit = circuit,
            RateLimiter = subscription.RateLimiter?.Invoke(services)
                ?? (options.MaxPerSecond is { } rate ? new SteadyRateLimiter(rate, time) : null),
        };
    }

    private PipelineSteps StepsOf(SubscriptionRegistration subscription, SubscriptionOptions options, List<Route> routes)
    {
        IConsumeMiddleware[] custom =
        [
            .. registration.Middleware.Concat(subscription.Middleware).Concat(registration.Innermost).Select(make => make(services)),
        ];
        var callTimeout = options.CircuitBreaker is { Enabled: true } breaker ? breaker.CallTimeout : null;
        var timeouts = routes.Select(route => (route.Definition, Limit: Least(route.Retry.AttemptTimeout, callTimeout)))
            .Where(timeout => timeout.Limit is not null)
            .Select(timeout => KeyValuePair.Create(timeout.Definition, timeout.Limit!.Value))
            .ToList();
        return new PipelineSteps
        {
            Idempotency = IdempotencyOf(subscription, options, routes),
            Scopes = custom.Length > 0 || routes.Exists(route => route.NeedsScope)
                ? new ScopeMiddleware(services.GetRequiredService<IServiceScopeFactory>(), forAll: custom.Length > 0)
                : null,
            Timeout = timeouts.Count > 0 ? new TimeoutMiddleware(timeouts, time) : null,
            Custom = custom,
        };
    }

    private RetryPolicies RetriesOf(SubscriptionRegistration subscription, SubscriptionOptions options) => new(
        subscription, options, services.GetService<IConfiguration>(), services.GetService<Jitter>()?.Next ?? Random.Shared.NextDouble);

    private IdempotencyMiddleware? IdempotencyOf(
        SubscriptionRegistration subscription, SubscriptionOptions options, List<Route> routes) => !subscription.IsIdempotent
        ? null
        : new IdempotencyMiddleware(
            services.GetRequiredService<IIdempotencyStore>(),
            new IdempotencyKeys(
                subscription.Name,
                IdempotencyKeys.Bind(subscription.IdempotencyKeys, routes.Select(route => route.Definition))),
            options.IdempotencyLease,
            options.IdempotencyWindow,
            time,
            SubscriptionLog());

    private static TimeSpan? Least(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    private ILogger SubscriptionLog() => loggers.CreateLogger("EventBus.Subscription");

    private bool IsSingleton(HandlerBinding binding) =>
        binding.HandlerType is { } type && Handlers.IsSingleton(registeredServices, type);

    private sealed class BoundHandler(
        HandlerBinding binding, IServiceProvider services, bool singleton, Func<BatchHandlerInvoker, BatchHandlerInvoker> trace)
    {
        public HandlerInvoker? Single { get; } = binding.Batch is null ? binding.Bind(services, singleton) : null;

        public BatchHandlerInvoker? Batch { get; } = binding.Batch is null ? null : trace(binding.BindBatch(services, singleton));

        public bool Takes(EventDefinition definition) => binding.EventType.IsAssignableFrom(definition.EventType);
    }
}
