using EventBus.Benchmarks.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Parts;

/// <summary>A bus on a <see cref="StubTransport"/>.</summary>
internal sealed class StubBus : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="transport">Where events go.</param>
    /// <param name="keyed">Whether they have a key.</param>
    /// <param name="concurrency">How many of them the one subscription handles at once.</param>
    /// <param name="configure">What else the subscription has.</param>
    public StubBus(
        StubTransport transport, bool keyed = false, int concurrency = 1, Action<SubscriptionBuilder>? configure = null)
    {
        _services = new ServiceCollection().AddLogging().AddEventBus(bus =>
        {
            bus.UseTransport(_ => transport).Event<BenchEvent>("bench.event", key: keyed ? static sent => sent.Key : null);
            var subscription = bus.Subscription("bench").WithConcurrency(concurrency)
                .Handle<BenchEvent>(static (_, _, _) => ValueTask.CompletedTask);
            configure?.Invoke(subscription);
        }).Services.BuildServiceProvider();
        Publisher = _services.GetRequiredService<IEventPublisher>();
    }

    public IEventPublisher Publisher { get; }

    public Task StartAsync() => _services.GetRequiredService<IEventBus>().StartAsync();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
