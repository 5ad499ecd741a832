namespace EventBus.Benchmarks.Harness;

/// <summary>The event of every benchmark: 56 bytes on the heap, 40 of them fields.</summary>
public class BenchEvent
{
    /// <summary>The event's number within its producer's run.</summary>
    public long Number { get; init; }

    /// <summary>When it was made, in ticks of the <see cref="TimeProvider"/>'s timestamp; 0 where latency is not measured.</summary>
    public long SentAt { get; init; }

    public Guid UserId { get; init; }

    public string? Key { get; init; }
}
