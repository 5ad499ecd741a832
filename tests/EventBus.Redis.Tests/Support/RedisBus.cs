using EventBus.Redis.Tests.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Redis.Tests.Support;

/// <summary>A bus of a plain service collection, which knows <see cref="Noted"/>. It is what a process has.</summary>
internal sealed class RedisBus : BusProcess
{
    private RedisBus(ServiceProvider services)
        : base(services)
    {
    }

    /// <summary>A bus that has not been started.</summary>
    /// <param name="configure">Chooses the transport, and adds to the bus.</param>
    /// <param name="settings">The application's configuration.</param>
    public static RedisBus Create(Action<EventBusBuilder> configure, params IEnumerable<(string Key, string Value)> settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build());
        services.AddEventBus(bus => configure(bus.Event<Noted>("noted", key: static noted => noted.Key)));
        return new RedisBus(services.BuildServiceProvider());
    }

    public static Task<RedisBus> StartAsync(TestRedis redis, string prefix, Action<EventBusBuilder>? configure = null) =>
        StartAsync(bus =>
        {
            bus.UseRedis(redis.Configuration, options => options.KeyPrefix = prefix);
            configure?.Invoke(bus);
        });

    public static Task<RedisBus> StartAsync(Action<EventBusBuilder> configure) => StartedAsync(Create(configure));

    public async Task<Position> PublishAsync(Noted noted, string? id = null) => await Publisher
        .PublishAsync(noted, id is null ? new PublishOptions() : new PublishOptions { Id = id }, TestContext.Current.CancellationToken).AsTask().Within();
}
