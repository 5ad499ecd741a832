using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Shared.Runs;

/// <summary>A bus of a plain service collection, which knows <see cref="Noted"/>. It is what a process has.</summary>
internal sealed class NotedBus : BusProcess
{
    private NotedBus(ServiceProvider services)
        : base(services)
    {
    }

    /// <summary>A bus that has not been started.</summary>
    /// <param name="configure">Chooses the transport, and adds to the bus.</param>
    /// <param name="settings">The application's configuration.</param>
    public static NotedBus Create(Action<EventBusBuilder> configure, params IEnumerable<(string Key, string Value)> settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build());
        services.AddEventBus(bus => configure(bus.Event<Noted>("noted", key: static noted => noted.Key)));
        return new NotedBus(services.BuildServiceProvider());
    }

    public static Task<NotedBus> StartAsync(Action<EventBusBuilder> configure) => StartedAsync(Create(configure));

    public async Task<Position> PublishAsync(Noted noted, string? id = null) => await Publisher
        .PublishAsync(noted, id is null ? new PublishOptions() : new PublishOptions { Id = id }, TestContext.Current.CancellationToken).AsTask().Within();
}
