using EventBus.Benchmarks.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Workloads;

/// <summary>The bus on its in-memory transport.</summary>
internal sealed class BusWorkload : IWorkload
{
    private readonly BusShape _shape;
    private readonly ServiceProvider _services;
    private readonly IEventPublisher _publisher;

    private BusWorkload(BusShape shape)
    {
        _shape = shape;
        Sink = new EventSink(concurrent: shape.Concurrency > 1 || shape.Groups > 1);
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(Sink)
            .AddEventBus(bus => BusWiring.Wire(bus, shape, Sink)).Services
            .BuildServiceProvider();
        _publisher = _services.GetRequiredService<IEventPublisher>();
    }

    public EventSink Sink { get; }

    public int Groups => Math.Max(1, _shape.Groups);

    public static async Task<IWorkload> StartAsync(BusShape shape)
    {
        var workload = new BusWorkload(shape);
        await workload._services.GetRequiredService<IEventBus>().StartAsync();
        if (shape.Retained is { } retained)
        {
            await Round.RunAsync(workload, new EventSource(), 1, retained);
        }

        return workload;
    }

    public async Task ProduceAsync(EventSource source, int events)
    {
        if (_shape.Batch > 1)
        {
            await ProduceBatchesAsync(source, events);
        }
        else
        {
            for (var i = 0; i < events; i++)
            {
                await _publisher.PublishAsync(source.Next(i));
            }
        }

        if (_shape.Groups == 0)
        {
            Sink.AcceptUnseen(events);
        }
    }

    /// <summary>How many events the groups have yet to settle.</summary>
    public async Task<long> LagAsync()
    {
        var log = _services.GetRequiredService<IEventLog>();
        var lag = 0L;
        for (var group = 0; group < _shape.Groups; group++)
        {
            lag += (await log.GetLagAsync(BusWiring.GroupName(group))).Sum(partition => partition.Count);
        }

        return lag;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task ProduceBatchesAsync(EventSource source, int events)
    {
        var batch = new BenchEvent[_shape.Batch];
        for (var sent = 0; sent < events;)
        {
            var count = Math.Min(batch.Length, events - sent);
            for (var i = 0; i < count; i++)
            {
                batch[i] = source.Next(sent + i);
            }

            await _publisher.PublishBatchAsync<BenchEvent>(batch.AsMemory(0, count));
            sent += count;
        }
    }
}
