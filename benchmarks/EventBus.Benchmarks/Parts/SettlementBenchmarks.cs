using BenchmarkDotNet.Attributes;
using EventBus.Transports;

namespace EventBus.Benchmarks.Parts;

/// <summary>The lowest unsettled offset, with settlements in order and with each window of them reversed.</summary>
[MemoryDiagnoser]
public class SettlementBenchmarks
{
    private const int Window = 1_000;
    private readonly SettlementTracker _tracker = new(0);
    private long _next;

    [Benchmark(OperationsPerInvoke = Window)]
    public long InOrder()
    {
        for (var end = _next + Window; _next < end; _next++)
        {
            _tracker.Settle(_next);
        }

        return _tracker.Watermark;
    }

    [Benchmark(OperationsPerInvoke = Window)]
    public long Reversed()
    {
        for (var offset = _next + Window - 1; offset >= _next; offset--)
        {
            _tracker.Settle(offset);
        }

        _next += Window;
        return _tracker.Watermark;
    }
}
