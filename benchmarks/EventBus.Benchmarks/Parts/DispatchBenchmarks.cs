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

    // In process BenchmarkDotNet does not wait for a set-up or a clean-up that is asynchronous.
    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void CleanUp() => _bus.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Benchmark(OperationsPerInvoke = Events)]
    public Task Dispatched() => _transport.Consumer.RunAsync(_events);

    private async Task SetUpAsync()
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
}
