using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Support;

/// <summary>A started bus of a plain service collection, in memory unless told otherwise.</summary>
internal sealed class TestBus : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider _services;

    private TestBus(ServiceProvider services) => _services = services;

    public IServiceProvider Services => _services;

    public IEventBus Bus => _services.GetRequiredService<IEventBus>();

    public IEventPublisher Publisher => _services.GetRequiredService<IEventPublisher>();

    public IEventLog Log => _services.GetRequiredService<IEventLog>();

    /// <summary>A bus that has not been started.</summary>
    public static TestBus Create(Action<EventBusBuilder> configure, Action<IServiceCollection>? services = null)
    {
        var collection = new ServiceCollection();
        services?.Invoke(collection);
        collection.AddEventBus(configure);
        return new TestBus(collection.BuildServiceProvider());
    }

    public static async Task<TestBus> StartAsync(Action<EventBusBuilder> configure, Action<IServiceCollection>? services = null)
    {
        var bus = Create(configure, services);
        await bus.Bus.StartAsync(TestContext.Current.CancellationToken);
        return bus;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
