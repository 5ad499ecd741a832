using EventBus.Benchmarks.Harness;
using EventBus.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Parts;

/// <summary>A bus on a <see cref="StubTransport"/>.</summary>
internal sealed class StubBus : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="transport">Where events go.</param>
    /// <param name="keyed">Whether they have a key.</param>
    /// <param name="concurrency">How many of them the one subscription handles at once.</param>
    /// <param name="configure">What else the subscription does; null for nothing.</param>
    /// <param name="telemetry">Whether attempts are told of to whoever listens.</param>
    public StubBus(
        StubTransport transport, bool keyed = false, int concurrency = 1, Action<SubscriptionBuilder>? configure = null,
        bool telemetry = true)
    {
        _services = new ServiceCollection().AddLogging().AddEventBus(bus =>
        {
            var registration = bus.Services.Single(service => service.ServiceType == typeof(BusRegistration));
            ((BusRegistration)registration.ImplementationInstance!).HasTelemetry = telemetry;
            bus.UseTransport(_ => transport).Event<BenchEvent>("bench.event", key: keyed ? static sent => sent.Key : null);
            bus.Subscription("bench").WithConcurrency(concurrency).Handle<BenchEvent>(static (_, _, _) => ValueTask.CompletedTask);
            configure?.Invoke(bus.Subscription("bench"));
        }).Services.BuildServiceProvider();
        Publisher = _services.GetRequiredService<IEventPublisher>();
    }

    public IEventPublisher Publisher { get; }

    public Task StartAsync() => _services.GetRequiredService<IEventBus>().StartAsync();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
