using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Workloads;

/// <summary>
/// The floor of a log that keeps events: a bounded channel whose reader also keeps the newest events in an array. What it costs
/// beyond the channel is the collector's price of objects that live long.
/// </summary>
internal sealed class RetainingChannelFloor(int retained) : ChannelFloor
{
    private readonly BenchEvent[] _kept = new BenchEvent[retained];
    private int _next;

    protected override ValueTask HandleAsync(BenchEvent received)
    {
        _kept[_next] = received;
        _next = _next + 1 == _kept.Length ? 0 : _next + 1;
        Sink.Accept(received);
        return ValueTask.CompletedTask;
    }
}
