using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Workloads;

/// <summary>The floor of publishing alone: batches of events written into a ring, under a lock for each batch.</summary>
internal sealed class LockedRingFloor(int batch) : IWorkload
{
    private readonly BenchEvent[] _ring = new BenchEvent[8192];
    private readonly Lock _lock = new();
    private int _next;

    public EventSink Sink { get; } = new();

    public Task ProduceAsync(EventSource source, int events)
    {
        var next = new BenchEvent[batch];
        for (var sent = 0; sent < events; sent += next.Length)
        {
            for (var i = 0; i < next.Length; i++)
            {
                next[i] = source.Next(sent + i);
            }

            Append(next);
        }

        Sink.AcceptUnseen(events);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Append(BenchEvent[] events)
    {
        lock (_lock)
        {
            foreach (var next in events)
            {
                _ring[_next] = next;
                _next = (_next + 1) & (_ring.Length - 1);
            }
        }
    }
}
