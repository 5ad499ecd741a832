using System.Diagnostics.Metrics;
using EventBus;
using EventBus.Catalog;
using EventBus.DeadLetters;
using EventBus.DependencyInjection;
using EventBus.Diagnostics;
using EventBus.Hosting;
using EventBus.Idempotency;
using EventBus.Publishing;
using EventBus.Serialization;
using EventBus.Transports.InMemory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the event bus to an application's services.</summary>
public static partial class EventBusServiceCollectionExtensions
{
    /// <summary>
    /// Adds the bus: <see cref="IEventPublisher"/>, <see cref="IEventBus"/> and <see cref="IEventLog"/>. A Generic Host starts and stops
    /// it. Several calls add to one bus, so that each module of an application can register its own events and subscriptions.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Registers events and subscriptions and chooses the transport; in memory by default.</param>
    public static EventBusBuilder AddEventBus(this IServiceCollection services, Action<EventBusBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var builder = new EventBusBuilder(services, Registration(services));
        configure?.Invoke(builder);
        return builder;
    }

    private static BusRegistration Registration(IServiceCollection services)
    {
        var registration = (BusRegistration?)services
            .FirstOrDefault(service => service.ServiceType == typeof(BusRegistration))?.ImplementationInstance;
        if (registration is null)
        {
            services.AddSingleton(registration = new BusRegistration());
            AddServices(services, registration);
        }

        return registration;
    }

    private static void AddServices(IServiceCollection services, BusRegistration registration)
    {
        services.AddOptions<EventBusOptions>().PostConfigure<IServiceProvider>(
            static (options, provider) => provider.GetService<IConfiguration>()?.GetSection("EventBus").Bind(options));
        services.AddOptions<InMemoryOptions>().PostConfigure<IServiceProvider>(
            static (options, provider) => provider.GetService<IConfiguration>()?.GetSection("EventBus:InMemory").Bind(options));
        services.AddSingleton<IStartupCheck>(static provider => new OptionsCheck<EventBusOptions>(
            "EventBus", provider.GetRequiredService<IOptions<EventBusOptions>>(), new EventBusOptionsValidator()));
        services.AddSingleton<IStartupCheck>(static provider => new OptionsCheck<InMemoryOptions>(
            "EventBus:InMemory", provider.GetRequiredService<IOptions<InMemoryOptions>>(), new InMemoryOptionsValidator()));

        services.AddSingleton(static provider => BusSettings.From(
            provider.GetRequiredService<IOptions<EventBusOptions>>().Value,
            provider.GetService<IHostEnvironment>()?.ApplicationName));
        services.AddSingleton(provider => new EventCatalog(
            registration.Events,
            registration.Upcasters,
            registration.Serializer ?? new JsonEventSerializer(registration.Json.Build()),
            provider.GetRequiredService<BusSettings>().Source));
        services.AddSingleton(provider => new BusMeter(provider.GetService<IMeterFactory>(), Time(provider), registration.HasHealthCheck));
        services.AddSingleton(provider => new SubscriptionFactory(
            registration, services, provider.GetRequiredService<EventCatalog>(), provider, Time(provider), Loggers(provider)));
        services.AddSingleton(provider => new Bus(
            provider.GetRequiredService<BusSettings>(),
            provider.GetRequiredService<SubscriptionFactory>(),
            () => registration.Transport(provider),
            provider.GetRequiredService<BusMeter>(),
            Loggers(provider).CreateLogger("EventBus")));

        services.TryAddSingleton(provider => registration.IdempotencyStore(provider));
        services.AddSingleton<IEventBus>(static provider => provider.GetRequiredService<Bus>());
        services.AddSingleton<IEventPublisher>(static provider => new EventPublisher(
            provider.GetRequiredService<Bus>(), provider.GetRequiredService<EventCatalog>(), Time(provider),
            provider.GetRequiredService<BusMeter>()));
        services.AddSingleton<IEventLog>(static provider => new EventLog(
            provider.GetRequiredService<Bus>(), provider.GetRequiredService<EventCatalog>()));
        services.AddSingleton<IDeadLetters>(static provider => new DeadLetterStore(
            provider.GetRequiredService<Bus>(), provider.GetRequiredService<EventCatalog>(), Time(provider), Loggers(provider)));
        services.AddHostedService<BusHostedService>();
    }

    private static TimeProvider Time(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;

    private static ILoggerFactory Loggers(IServiceProvider services) =>
        services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
}
