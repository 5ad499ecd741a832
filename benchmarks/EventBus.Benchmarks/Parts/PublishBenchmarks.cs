using BenchmarkDotNet.Attributes;
using EventBus.Benchmarks.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Parts;

/// <summary>Publishing into the in-memory log, with nobody who handles it.</summary>
[MemoryDiagnoser]
public class PublishBenchmarks
{
    private const int BatchSize = 100;
    private readonly BenchEvent _event = new();
    private readonly BenchEvent[] _batch = [.. Enumerable.Range(0, BatchSize).Select(_ => new BenchEvent())];
    private ServiceProvider _services = null!;
    private IEventPublisher _publisher = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _services = new ServiceCollection().AddLogging()
            .AddEventBus(bus => bus.Event<BenchEvent>("bench.event")).Services
            .BuildServiceProvider();
        _publisher = _services.GetRequiredService<IEventPublisher>();
    }

    [GlobalCleanup]
    public void CleanUp() => _services.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Benchmark]
    public ValueTask<Position> One() => _publisher.PublishAsync(_event);

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public ValueTask<Position[]> Batch() => _publisher.PublishBatchAsync<BenchEvent>(_batch.AsMemory());
}
