using EventBus.Benchmarks.Harness;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Workloads;

/// <summary>A rival: MassTransit's in-memory transport, published to one consumer, with its defaults.</summary>
internal sealed class MassTransitRival : IWorkload
{
    private readonly ServiceProvider _services;
    private readonly IBusControl _bus;

    private MassTransitRival(ServiceProvider services, EventSink sink)
    {
        _services = services;
        Sink = sink;
        _bus = services.GetRequiredService<IBusControl>();
    }

    public EventSink Sink { get; }

    public static async Task<IWorkload> StartAsync()
    {
        var sink = new EventSink(concurrent: true);
        var services = new ServiceCollection().AddLogging().AddSingleton(sink).AddMassTransit(transit =>
        {
            transit.AddConsumer<BenchConsumer>();
            transit.UsingInMemory((context, bus) => bus.ConfigureEndpoints(context));
        }).BuildServiceProvider();
        var rival = new MassTransitRival(services, sink);
        await rival._bus.StartAsync();
        return rival;
    }

    public async Task ProduceAsync(EventSource source, int events)
    {
        for (var i = 0; i < events; i++)
        {
            await _bus.Publish(source.Next(i));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.StopAsync();
        await _services.DisposeAsync();
    }

    private sealed class BenchConsumer(EventSink sink) : IConsumer<BenchEvent>
    {
        public Task Consume(ConsumeContext<BenchEvent> context)
        {
            sink.Accept(context.Message);
            return Task.CompletedTask;
        }
    }
}
