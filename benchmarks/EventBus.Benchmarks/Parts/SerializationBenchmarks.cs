using System.Text.Json;
using BenchmarkDotNet.Attributes;
using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Parts;

/// <summary>An event to bytes and back, by the bus and by System.Text.Json alone.</summary>
[MemoryDiagnoser]
public class SerializationBenchmarks
{
    private const int Events = 10_000;
    private readonly BenchEvent _event = new() { Number = 42, UserId = Guid.CreateVersion7(), Key = "user-1" };
    private readonly StubTransport _transport = new(asBytes: true);
    private readonly Envelope[] _received = new Envelope[Events];
    private StubBus _bus = null!;
    private byte[] _json = null!;

    // In process BenchmarkDotNet does not wait for a set-up or a clean-up that is asynchronous.
    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void CleanUp() => _bus.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Benchmark]
    public byte[] JsonWritten() => JsonSerializer.SerializeToUtf8Bytes(_event);

    [Benchmark]
    public ValueTask<Position> Published() => _bus.Publisher.PublishAsync(_event);

    [Benchmark]
    public BenchEvent? JsonRead() => JsonSerializer.Deserialize<BenchEvent>(_json);

    [Benchmark(OperationsPerInvoke = Events)]
    public Task Handled() => _transport.Consumer.RunAsync(_received);

    private async Task SetUpAsync()
    {
        _bus = new StubBus(_transport);
        await _bus.Publisher.PublishAsync(_event);
        await _bus.StartAsync();
        _json = JsonSerializer.SerializeToUtf8Bytes(_event);
        var sent = _transport.Last;
        Array.Fill(_received, new Envelope(sent.Id, sent.Time, sent.Metadata, _json, sent.Key));
    }
}
