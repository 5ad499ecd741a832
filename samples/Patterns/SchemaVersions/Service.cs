using EventBus;
using EventBus.Transports.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace SchemaVersions;

/// <summary>One service, built against its own version of the contract: a bus of its own on the broker that all share.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Service(ServiceProvider services) => _services = services;

    public static async Task<Service> StartAsync(InMemoryBroker broker, Action<EventBusBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddEventBus(bus => configure(bus.UseInMemory(broker)));
        var service = new Service(services.BuildServiceProvider());
        await service._services.GetRequiredService<IEventBus>().StartAsync();
        return service;
    }

    public async Task PublishAsync<T>(IEnumerable<T> payments)
        where T : notnull => await _services.GetRequiredService<IEventPublisher>().PublishBatchAsync(payments);

    /// <summary>Waits until a group has handled all that is in the topic.</summary>
    public async Task UntilHandledAsync(string group, TimeSpan deadline)
    {
        using var limit = new CancellationTokenSource(deadline, TimeProvider.System);
        var log = _services.GetRequiredService<IEventLog>();
        while ((await log.GetLagAsync(group, limit.Token)).Any(partition => partition.Count > 0))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
