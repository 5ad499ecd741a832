using Microsoft.Extensions.Hosting;

namespace EventBus.Hosting;

/// <summary>Lets the Generic Host start and stop the bus.</summary>
internal sealed class BusHostedService(IEventBus bus) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => bus.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => bus.StopAsync(cancellationToken);
}
