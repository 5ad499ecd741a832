using EventBus.DependencyInjection;
using EventBus.Idempotency;
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

/// <summary>Lets a bus carry its events by Redis Streams, or keep in Redis what it has handled.</summary>
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
        UseTransport(Connect(bus, Named(configuration, configure), Configured));

    /// <summary>Carries events by Redis Streams, over connections of the bus's own.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="connection">How to connect; copied at the start. Certificates and the like are given here.</param>
    /// <param name="configure">Changes the settings; configuration under <c>EventBus:Redis</c> wins over it.</param>
    public static EventBusBuilder UseRedis(
        this EventBusBuilder bus, ConfigurationOptions connection, Action<RedisOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return UseTransport(Connect(bus, configure, _ => connection.Clone()));
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
        return UseTransport(Connect(bus, configure, Of(connection), connection));
    }

    /// <summary>
    /// Keeps in Redis what groups with <see cref="SubscriptionBuilder.WithIdempotency()"/> have handled, for the members in all processes, whatever carries
    /// the events: another transport, say. <see cref="UseRedis(EventBusBuilder, string?, Action{RedisOptions}?)"/> does so by itself. The server is
    /// connected to at the first event; as long as it does not answer, events wait.
    /// </summary>
    /// <param name="bus">The bus.</param>
    /// <param name="configuration">
    /// Where the server is, in StackExchange.Redis' words, e.g. <c>localhost:6379</c>; null to leave it to <paramref name="configure"/> and to
    /// the configuration.
    /// </param>
    /// <param name="configure">
    /// Changes the settings, of which those of the connection and the prefix of keys matter here; configuration under <c>EventBus:Redis</c> wins over it.
    /// </param>
    public static EventBusBuilder UseRedisIdempotency(
        this EventBusBuilder bus, string? configuration = null, Action<RedisOptions>? configure = null) =>
        UseStore(Connect(bus, Named(configuration, configure), Configured));

    /// <summary>The same with options of the connection, where certificates and the like are given.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="connection">How to connect; copied at the start.</param>
    /// <param name="configure">Changes the settings; configuration under <c>EventBus:Redis</c> wins over it.</param>
    public static EventBusBuilder UseRedisIdempotency(
        this EventBusBuilder bus, ConfigurationOptions connection, Action<RedisOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return UseStore(Connect(bus, configure, _ => connection.Clone()));
    }

    /// <summary>The same over a connection of the application's, which stays the application's to close.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="connection">Finds the connection among the application's services.</param>
    /// <param name="configure">Changes the settings; configuration under <c>EventBus:Redis</c> wins over it.</param>
    public static EventBusBuilder UseRedisIdempotency(
        this EventBusBuilder bus, Func<IServiceProvider, IConnectionMultiplexer> connection, Action<RedisOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return UseStore(Connect(bus, configure, Of(connection), connection));
    }

    private static Action<RedisOptions> Named(string? configuration, Action<RedisOptions>? configure) => options =>
    {
        options.Configuration = configuration ?? options.Configuration;
        configure?.Invoke(options);
    };

    private static ConfigurationOptions Configured(IServiceProvider services) =>
        ConfigurationOptions.Parse(services.GetRequiredService<IOptions<RedisOptions>>().Value.Configuration);

    private static Func<IServiceProvider, ConfigurationOptions> Of(Func<IServiceProvider, IConnectionMultiplexer> connection) =>
        services => ConfigurationOptions.Parse(connection(services).Configuration);

    private static EventBusBuilder Connect(
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
        return bus;
    }

    private static EventBusBuilder UseTransport(EventBusBuilder bus)
    {
        bus.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ISubscriptionCheck, CompetingGroupCheck>());
        return bus.UseTransport(
            static provider => new RedisTransport(
                provider.GetRequiredService<SharedConnection>().Use(),
                provider.GetRequiredService<IOptions<RedisOptions>>().Value,
                Time(provider),
                Logger(provider)),
            MakeStore);
    }

    private static EventBusBuilder UseStore(EventBusBuilder bus)
    {
        bus.Services.AddSingleton<IIdempotencyStore>(MakeStore);
        return bus;
    }

    private static RedisIdempotencyStore MakeStore(IServiceProvider services) => new(services.GetRequiredService<SharedConnection>().Use());

    private static TimeProvider Time(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;

    private static ILogger Logger(IServiceProvider services) =>
        (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("EventBus.Redis");
}
