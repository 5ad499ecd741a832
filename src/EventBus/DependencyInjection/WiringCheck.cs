using EventBus.Catalog;
using EventBus.Pipeline;
using EventBus.Retry;
using EventBus.Transports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.DependencyInjection;

/// <summary>Collects the mistakes in the wiring, so that they are told all at once.</summary>
internal sealed class WiringCheck(EventCatalog catalog, IServiceProvider services)
{
    private readonly List<string> _problems = [];
    private readonly IServiceProviderIsService? _known = services.GetService<IServiceProviderIsService>();

    public void Add(string problem) => _problems.Add(problem);

    public void AddCatalog() => _problems.AddRange(catalog.Problems());

    /// <summary>Validates the options of the bus and of whatever transport has registered a check.</summary>
    public void AddOptions()
    {
        foreach (var check in services.GetServices<IStartupCheck>())
        {
            _problems.AddRange(check.Problems());
        }
    }

    public void AddSubscription(SubscriptionRegistration subscription, SubscriptionOptions options, RetryPolicies retries)
    {
        var where = $"Subscription '{subscription.Name}'";
        if (ContractNames.Problem(subscription.Name) is { } nameProblem)
        {
            Add($"{where}: the name {nameProblem}.");
        }

        if (subscription.Handlers.Count == 0)
        {
            Add($"{where} has no handler. Add one: .Handle<TEvent, THandler>().");
        }

        foreach (var topic in subscription.Topics)
        {
            if (TopicPattern.PatternProblem(topic) is { } topicProblem)
            {
                Add($"{where}: the topic '{topic}' {topicProblem}.");
            }
        }

        var validation = new SubscriptionOptionsValidator().Validate(subscription.Name, options);
        foreach (var failure in validation.Failures ?? [])
        {
            Add($"EventBus:Subscriptions:{subscription.Name}:{failure}");
        }

        if (options is { KeepKeyOrder: true, DeadLetters: false })
        {
            Add($"{where} keeps the order of keys behind dead letters, and has none. Add .WithDeadLetters(keepKeyOrder: true).");
        }

        foreach (var check in services.GetServices<ISubscriptionCheck>())
        {
            _problems.AddRange(check.Problems(subscription.Name, options));
        }

        _problems.AddRange(retries.Problems(catalog.Definitions.Where(definition =>
            subscription.Handlers.Exists(handler => handler.EventType.IsAssignableFrom(definition.EventType)))));
        AddLimits(where, subscription, options);
        AddExactlyOnce(where, subscription, options);
        subscription.Handlers.ForEach(handler => AddHandler(where, handler, options));
        AddIdempotencyKeys(where, subscription);
        foreach (var definition in catalog.Definitions)
        {
            var taking = subscription.Handlers.FindAll(handler => handler.EventType.IsAssignableFrom(definition.EventType));
            if (taking.Exists(handler => handler.Batch is not null) && taking.Count > 1)
            {
                Add($"{where} has a batch handler and another handler for {definition.EventType.Name}. "
                    + "Give each a subscription of its own: they succeed and fail apart.");
            }
        }
    }

    /// <exception cref="OptionsValidationException">There was a mistake.</exception>
    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw new OptionsValidationException("EventBus", typeof(EventBusOptions), _problems);
        }
    }

    private void AddIdempotencyKeys(string where, SubscriptionRegistration subscription)
    {
        var handled = catalog.Definitions
            .Where(definition => subscription.Handlers.Exists(handler => handler.EventType.IsAssignableFrom(definition.EventType)))
            .Select(definition => definition.EventType)
            .Distinct()
            .ToList();
        foreach (var key in subscription.IdempotencyKeys.Where(key => !handled.Exists(key.EventType.IsAssignableFrom)))
        {
            Add($"{where} has an idempotency key for {key.EventType.FullName}, and handles no event that is one. "
                + "Handle one, or take the key away.");
        }

        foreach (var type in handled.Where(type => subscription.IdempotencyKeys.Count(key => key.EventType.IsAssignableFrom(type)) > 1))
        {
            Add($"{where} has several idempotency keys for {type.FullName}. Leave one of them.");
        }
    }

    private void AddExactlyOnce(string where, SubscriptionRegistration subscription, SubscriptionOptions options)
    {
        if (!options.ExactlyOnce)
        {
            return;
        }

        if (subscription.IsIdempotent)
        {
            Add($"{where} has exactly-once and idempotency. Take .WithIdempotency() away: its store would hold an event for handled whose effects "
                + "died with the transaction.");
        }

        if (options.KeepKeyOrder)
        {
            Add($"{where} has exactly-once and keeps the order of keys behind dead letters, which is written outside of the transaction. "
                + "Take one of them.");
        }

        foreach (var batch in subscription.Handlers.Where(handler => handler.Batch is not null))
        {
            Add($"{where} has exactly-once and a batch handler for {batch.EventType.Name}: what it publishes belongs to no event of the batch. "
                + "Handle the events one by one; they are stored in batches all the same.");
        }
    }

    private void AddLimits(string where, SubscriptionRegistration subscription, SubscriptionOptions options)
    {
        if (subscription.RateLimiter is not null && options.MaxPerSecond is not null)
        {
            Add($"{where} has a rate limiter of its own and a {nameof(options.MaxPerSecond)} of {options.MaxPerSecond}. "
                + "Take one of them: .WithRateLimit(…) or the setting.");
        }

        if (subscription.Fallback is not null && options.CircuitBreaker is null)
        {
            Add($"{where} has a fallback and no {nameof(options.CircuitBreaker)} to use it. "
                + $"To switch the circuit breaker off, set {nameof(options.CircuitBreaker)}:{nameof(options.CircuitBreaker.Enabled)} to false.");
        }
    }

    private void AddHandler(string where, HandlerBinding handler, SubscriptionOptions options)
    {
        if (!catalog.Definitions.Any(definition => handler.EventType.IsAssignableFrom(definition.EventType)))
        {
            Add($"{where} handles {handler.EventType.FullName}, and no registered event is one. Add: "
                + $"bus.Event<{handler.EventType.Name}>(\"{ContractNames.Suggest(handler.EventType.Name)}\");");
        }

        if (handler.HandlerType is { } type && _known?.IsService(type) == false)
        {
            Add($"{where}: the handler {type.FullName} is not among the services. Register it before the container is built: "
                + $"services.AddScoped<{type.Name}>();");
        }

        if (handler.Batch is { } batch)
        {
            if (batch.MaxSize < 1 || batch.MaxSize > options.MaxInFlight)
            {
                Add($"{where}: the batch size {batch.MaxSize} of {handler.EventType.Name} is not between 1 and MaxInFlight "
                    + $"({options.MaxInFlight}): a batch can never be larger than what may be in flight.");
            }

            if (batch.MaxWait < TimeSpan.Zero)
            {
                Add($"{where}: the batch wait {batch.MaxWait} of {handler.EventType.Name} is negative.");
            }
        }
    }
}
