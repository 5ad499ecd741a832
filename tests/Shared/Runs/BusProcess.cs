using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Shared.Runs;

/// <summary>A bus of services of its own, as a process has it.</summary>
internal abstract class BusProcess(ServiceProvider services) : IAsyncDisposable
{
    public IServiceProvider Services => services;

    public IEventBus Bus => services.GetRequiredService<IEventBus>();

    public IEventPublisher Publisher => services.GetRequiredService<IEventPublisher>();

    public Task StartAsync() => Bus.StartAsync(TestContext.Current.CancellationToken).Within();

    public Task StopAsync() => Bus.StopAsync(TestContext.Current.CancellationToken).Within();

    public ValueTask DisposeAsync() => services.DisposeAsync();

    /// <summary>Starts a bus, and leaves nothing of one that does not start.</summary>
    public static async Task<T> StartedAsync<T>(T bus)
        where T : BusProcess
    {
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
}
