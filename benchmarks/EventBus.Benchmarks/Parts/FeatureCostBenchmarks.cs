using BenchmarkDotNet.Attributes;
using EventBus.Benchmarks.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Parts;

/// <summary>
/// What each feature adds to the way of an event that needs it not, from the transport's hands to settling: the difference to the bare row.
/// </summary>
[MemoryDiagnoser]
public class FeatureCostBenchmarks
{
    public const int Events = 10_000;

    // Short, so that what is measured is not the cache misses of a store of millions of ids.
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(20);

    private readonly StubTransport _transport = new();
    private readonly Envelope[] _events = new Envelope[Events];
    private StubBus _bus = null!;

    public enum Feature
    {
        Bare,
        Telemetry,
        Retry,
        DeadLetters,
        Idempotency,
    }

    [ParamsAllValues]
    public Feature With { get; set; }

    // In process BenchmarkDotNet does not wait for a set-up or a clean-up that is asynchronous.
    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void CleanUp() => _bus.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Benchmark(OperationsPerInvoke = Events)]
    public Task Handled() => _transport.Consumer.RunAsync(_events);

    private async Task SetUpAsync()
    {
        _transport.Consumer.HasNewIds = true;
        _bus = new StubBus(_transport, configure: Configure, telemetry: With == Feature.Telemetry);
        var source = new EventSource();
        for (var i = 0; i < Events; i++)
        {
            await _bus.Publisher.PublishAsync(source.Next(i));
            _events[i] = _transport.Last;
        }

        await _bus.StartAsync();
    }

    private void Configure(SubscriptionBuilder subscription) => _ = With switch
    {
        Feature.Retry => subscription.WithRetry(static retry => retry.Attempts = 5).WithDeadLetters(),
        Feature.DeadLetters => subscription.WithDeadLetters(),
        Feature.Idempotency => subscription.WithIdempotency().Configure(static options => options.IdempotencyWindow = Window),
        _ => subscription,
    };
}
