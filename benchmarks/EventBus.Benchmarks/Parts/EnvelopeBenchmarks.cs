using BenchmarkDotNet.Attributes;
using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Parts;

/// <summary>What stands between a publisher and the transport: the catalogue, the id, the time, the key.</summary>
/// <remarks>The cost of an id is the difference between a new one and a given one.</remarks>
[MemoryDiagnoser]
public class EnvelopeBenchmarks
{
    private readonly BenchEvent _event = new() { Key = "user-1" };
    private readonly PublishOptions _givenId = new() { Id = Guid.CreateVersion7() };
    private readonly PublishOptions _headers = new() { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = "a" } };
    private readonly StubBus _bus = new(new StubTransport());
    private readonly StubBus _keyed = new(new StubTransport(), keyed: true);

    [GlobalCleanup]
    public void CleanUp()
    {
        _bus.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _keyed.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    [Benchmark(Baseline = true)]
    public Guid SystemGuid() => Guid.CreateVersion7();

    [Benchmark]
    public ValueTask<Position> NewId() => _bus.Publisher.PublishAsync(_event);

    [Benchmark]
    public ValueTask<Position> GivenId() => _bus.Publisher.PublishAsync(_event, _givenId);

    [Benchmark]
    public ValueTask<Position> Key() => _keyed.Publisher.PublishAsync(_event);

    [Benchmark]
    public ValueTask<Position> OneHeader() => _bus.Publisher.PublishAsync(_event, _headers);
}
