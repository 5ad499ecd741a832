using BenchmarkDotNet.Attributes;
using EventBus.Benchmarks.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Parts;

/// <summary>What a subscription's features add to the way of an event that needs none of them: compare with the bare one of the same run.</summary>
[MemoryDiagnoser]
public class AddedCostBenchmarks
{
    private const int Events = 10_000;

    // The same ids come again in every round: by then the window has to be over.
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(1);
    private readonly Dictionary<string, (StubTransport Transport, StubBus Bus)> _buses = [];
    private readonly Envelope[] _events = new Envelope[Events];

    // In process BenchmarkDotNet does not wait for a set-up or a clean-up that is asynchronous.
    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void CleanUp() => Task.WhenAll(_buses.Values.Select(each => each.Bus.DisposeAsync().AsTask())).GetAwaiter().GetResult();

    [Benchmark(OperationsPerInvoke = Events, Baseline = true)]
    public Task Bare() => RunAsync(nameof(Bare));

    [Benchmark(OperationsPerInvoke = Events)]
    public Task Idempotency() => RunAsync(nameof(Idempotency));

    private Task RunAsync(string name) => _buses[name].Transport.Consumer.RunAsync(_events);

    private async Task SetUpAsync()
    {
        await AddAsync(nameof(Bare), static _ => { });
        await AddAsync(nameof(Idempotency), static subscription =>
            subscription.WithIdempotency().Configure(options => options.IdempotencyWindow = Window));
        var (transport, bus) = _buses[nameof(Bare)];
        var source = new EventSource();
        for (var i = 0; i < Events; i++)
        {
            await bus.Publisher.PublishAsync(source.Next(i));
            _events[i] = transport.Last;
        }
    }

    private async Task AddAsync(string name, Action<SubscriptionBuilder> configure)
    {
        var transport = new StubTransport();
        var bus = new StubBus(transport, configure: configure);
        await bus.StartAsync();
        _buses[name] = (transport, bus);
    }
}
