using EventBus.Kafka.Tests.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Kafka.Tests.Support;

/// <summary>A bus of a plain service collection, which knows <see cref="Noted"/>. It is what a process has.</summary>
internal sealed class KafkaBus : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private KafkaBus(ServiceProvider services) => _services = services;

    public IEventBus Bus => _services.GetRequiredService<IEventBus>();

    public IServiceProvider Services => _services;

    /// <summary>A bus that has not been started.</summary>
    /// <param name="configure">Chooses the transport, and adds to the bus.</param>
    /// <param name="settings">The application's configuration.</param>
    public static KafkaBus Create(Action<EventBusBuilder> configure, params IEnumerable<(string Key, string Value)> settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build());
        services.AddEventBus(bus => configure(bus.Event<Noted>("noted", key: static noted => noted.Key)));
        return new KafkaBus(services.BuildServiceProvider());
    }

    public static Task<KafkaBus> StartAsync(KafkaServers servers, string prefix, Action<EventBusBuilder>? configure = null) =>
        StartAsync(bus =>
        {
            bus.UseKafka(servers.BootstrapServers, options => options.Prefix = prefix);
            configure?.Invoke(bus);
        });

    public static async Task<KafkaBus> StartAsync(Action<EventBusBuilder> configure)
    {
        var bus = Create(configure);
        try
        {
            await bus.StartAsync();
            return bus;
        }
        catch
        {
            await bus.DisposeAsync();
            throw;
        }
    }

    public Task StartAsync() => Bus.StartAsync(TestContext.Current.CancellationToken).Within();

    public Task StopAsync() => Bus.StopAsync(TestContext.Current.CancellationToken).Within();

    public async Task<Position> PublishAsync(Noted noted, string? id = null) => await _services.GetRequiredService<IEventPublisher>()
        .PublishAsync(noted, id is null ? new PublishOptions() : new PublishOptions { Id = id }, TestContext.Current.CancellationToken).AsTask().Within();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
