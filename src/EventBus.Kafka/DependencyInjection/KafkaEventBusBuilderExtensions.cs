using System.Diagnostics.Metrics;
using Confluent.Kafka;
using EventBus.Catalog;
using EventBus.DependencyInjection;
using EventBus.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets a bus carry its events by Apache Kafka.</summary>
public static class KafkaEventBusBuilderExtensions
{
    /// <summary>Carries events by Apache Kafka.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="bootstrapServers">
    /// Where the cluster is, e.g. <c>localhost:9092</c>; null to leave it to <paramref name="configure"/> and to the configuration.
    /// </param>
    /// <param name="configure">Changes the settings; configuration under <c>EventBus:Kafka</c> wins over it.</param>
    public static EventBusBuilder UseKafka(
        this EventBusBuilder bus, string? bootstrapServers = null, Action<KafkaOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        return Use(bus, options =>
        {
            options.BootstrapServers = bootstrapServers ?? options.BootstrapServers;
            configure?.Invoke(options);
        });
    }

    /// <summary>Carries events by Apache Kafka, with the settings of an application that has used Confluent.Kafka.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="client">
    /// Properties of all clients; those that only a producer or a consumer has reach only these. They are read at the start. Those that would break a
    /// guarantee are refused, with the reason.
    /// </param>
    /// <param name="configure">Changes the settings; configuration under <c>EventBus:Kafka</c> wins over it.</param>
    public static EventBusBuilder UseKafka(this EventBusBuilder bus, ClientConfig client, Action<KafkaOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(client);
        return Use(bus, options =>
        {
            foreach (var (name, value) in client)
            {
                options.Properties[name] = value;
            }

            configure?.Invoke(options);
        });
    }

    private static EventBusBuilder Use(EventBusBuilder bus, Action<KafkaOptions> configure)
    {
        var services = bus.Services;
        services.AddOptions<KafkaOptions>().Configure(configure).PostConfigure<IServiceProvider>(static (options, provider) =>
        {
            if (provider.GetService<IConfiguration>()?.GetSection("EventBus:Kafka") is { } configuration)
            {
                SettingProperties.GiveWay(options, configuration);
                configuration.Bind(options);
            }
        });
        services.TryAddSingleton(static provider => new KafkaMetrics(
            provider.GetService<IMeterFactory>(), provider.GetRequiredService<IOptions<KafkaOptions>>().Value, Time(provider)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupCheck, OptionsCheck<KafkaOptions>>(static provider => new OptionsCheck<KafkaOptions>(
            "EventBus:Kafka", provider.GetRequiredService<IOptions<KafkaOptions>>(), new KafkaOptionsValidator())));
        return bus.UseTransport(static provider => new KafkaTransport(new KafkaConnection(
            provider.GetRequiredService<IOptions<KafkaOptions>>().Value, Time(provider), Logger(provider), provider.GetRequiredService<KafkaMetrics>()),
            [.. provider.GetRequiredService<EventCatalog>().Definitions.Select(static definition => definition.Topic).Distinct(StringComparer.Ordinal)]));
    }

    private static TimeProvider Time(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;

    private static ILogger Logger(IServiceProvider services) =>
        (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("EventBus.Kafka");
}
