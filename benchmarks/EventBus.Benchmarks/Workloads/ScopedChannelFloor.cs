using EventBus.Benchmarks.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Workloads;

/// <summary>The floor of scoped handlers: a bounded channel whose reader makes a scope, and a handler in it, for each event.</summary>
internal sealed class ScopedChannelFloor : ChannelFloor
{
    private readonly ServiceProvider _services;
    private readonly IServiceScopeFactory _scopes;

    public ScopedChannelFloor()
    {
        _services = new ServiceCollection().AddSingleton(Sink).AddScoped<Handler>().BuildServiceProvider();
        _scopes = _services.GetRequiredService<IServiceScopeFactory>();
    }

    protected override async ValueTask HandleAsync(BenchEvent received)
    {
        await using var scope = _scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Handler>().HandleAsync(received);
    }

    private sealed class Handler(EventSink sink)
    {
        public ValueTask HandleAsync(BenchEvent received)
        {
            sink.Accept(received);
            return ValueTask.CompletedTask;
        }
    }
}
