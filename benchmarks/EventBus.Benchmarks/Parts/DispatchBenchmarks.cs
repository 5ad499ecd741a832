using BenchmarkDotNet.Attributes;
using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Parts;

/// <summary>From the transport's hands through dispatching, by key or without one, to the handler and back to settling.</summary>
[MemoryDiagnoser]
public class DispatchBenchmarks
{
    private const int Events = 10_000;
    private readonly StubTransport _transport = new();
    private readonly Envelope[] _events = new Envelope[Events];
    private StubBus _bus = null!;

    [Params(0, 1, 1_000)]
    public int Keys { get; set; }

    [Params(1, 8)]
    public int Concurrency { get; set; }

    [GlobalSetup]
    public async Task SetUp()
    {
        _bus = new StubBus(_transport, keyed: Keys > 0, Concurrency);
        var source = new EventSource(Keys);
        for (var i = 0; i < Events; i++)
        {
            await _bus.Publisher.PublishAsync(source.Next(i));
            _events[i] = _transport.Last;
        }

        await _bus.StartAsync();
    }

    [GlobalCleanup]
    public ValueTask CleanUp() => _bus.DisposeAsync();

    [Benchmark(OperationsPerInvoke = Events)]
    public Task Dispatched() => _transport.Consumer.RunAsync(_events);
}
