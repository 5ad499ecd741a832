using EventBus.DependencyInjection;
using EventBus.Redis;
using EventBus.Redis.Connections;
using EventBus.Redis.Groups;
using EventBus.Redis.Idempotency;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets a bus carry its events by Redis Streams.</summary>
public static class RedisEventBusBuilderExtensions
{
    /// <summary>Carries events by Redis Streams, over connections of the bus's own.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="configuration">
    /// Where the server is, in StackExchange.Redis' words, e.g. <c>localhost:6379</c>; null to leave it to <paramref name="configure"/> and to
    /// the configuration.
    /// </param>
    /// <param name="configure">Changes the settings; configuration under <c>EventBus:Redis</c> wins over it.</param>
    public static EventBusBuilder UseRedis(
        this EventBusBuilder bus, string? configuration = null, Action<RedisOptions>? configure = null) =>
        Use(
            bus,
            options =>
            {
                options.Configuration = configuration ?? options.Configuration;
                configure?.Invoke(options);
            },
            static services => ConfigurationOptions.Parse(services.GetRequiredService<IOptions<RedisOptions>>().Value.Configuration));

    /// <summary>Carries events by Redis Streams, over connections of the bus's own.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="connection">How to connect; copied at the start. Certificates and the like are given here.</param>
    /// <param name="configure">Changes the settings; configuration under <c>EventBus:Redis</c> wins over it.</param>
    public static EventBusBuilder UseRedis(
        this EventBusBuilder bus, ConfigurationOptions connection, Action<RedisOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return Use(bus, configure, _ => connection.Clone());
    }

    /// <summary>
    /// Carries events by Redis Streams over a connection of the application's, which stays the application's to close. Each subscription has one more
    /// connection to wait on, made from the configuration string of the given one: what a string cannot say, such as a certificate, does not come along.
    /// </summary>
    /// <param name="bus">The bus.</param>
    /// <param name="connection">Finds the connection among the application's services.</param>
    /// <param name="configure">Changes the settings; configuration under <c>EventBus:Redis</c> wins over it.</param>
    public static EventBusBuilder UseRedis(
        this EventBusBuilder bus, Func<IServiceProvider, IConnectionMultiplexer> connection, Action<RedisOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return Use(bus, configure, services => ConfigurationOptions.Parse(connection(services).Configuration), connection);
    }

    private static EventBusBuilder Use(
        EventBusBuilder bus,
        Action<RedisOptions>? configure,
        Func<IServiceProvider, ConfigurationOptions> connection,
        Func<IServiceProvider, IConnectionMultiplexer>? shared = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        var services = bus.Services;
        services.AddOptions<RedisOptions>().Configure(configure ?? (static _ => { })).PostConfigure<IServiceProvider>(
            static (options, provider) => provider.GetService<IConfiguration>()?.GetSection("EventBus:Redis").Bind(options));
        services.RemoveAll<SharedConnection>();
        services.AddSingleton(provider => new SharedConnection(() => new RedisConnection(
            () => connection(provider),
            shared is null ? null : () => shared(provider),
            provider.GetRequiredService<IOptions<RedisOptions>>().Value,
            Time(provider))));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupCheck, OptionsCheck<RedisOptions>>(static provider => new OptionsCheck<RedisOptions>(
            "EventBus:Redis", provider.GetRequiredService<IOptions<RedisOptions>>(), new RedisOptionsValidator())));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ISubscriptionCheck, CompetingGroupCheck>());
        return bus.UseTransport(
            static provider => new RedisTransport(
                provider.GetRequiredService<SharedConnection>().Use(),
                provider.GetRequiredService<IOptions<RedisOptions>>().Value,
                Time(provider),
                Logger(provider)),
            static provider => new RedisIdempotencyStore(provider.GetRequiredService<SharedConnection>().Use()));
    }

    private static TimeProvider Time(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;

    private static ILogger Logger(IServiceProvider services) =>
        (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("EventBus.Redis");
}
