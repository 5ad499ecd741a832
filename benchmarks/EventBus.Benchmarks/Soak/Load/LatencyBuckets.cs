using System.Numerics;

namespace EventBus.Benchmarks.Soak.Load;

/// <summary>Counts latencies in buckets that are a sixteenth of their size wide, which allocates nothing however many there are.</summary>
internal sealed class LatencyBuckets
{
    private const int Bits = 4;
    private const int Steps = 1 << Bits;
    private readonly int[] _counts = new int[64 * Steps];

    public void Add(TimeSpan latency) => Interlocked.Increment(ref _counts[IndexOf((ulong)latency.Ticks)]);

    /// <summary>The percentiles of what was counted since the last call; zero where there was nothing.</summary>
    public (TimeSpan P50, TimeSpan P99) Take()
    {
        var counts = new int[_counts.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = Interlocked.Exchange(ref _counts[i], 0);
        }

        var total = counts.Sum(static count => (long)count);
        return (At(counts, total * 0.5), At(counts, total * 0.99));
    }

    private static TimeSpan At(int[] counts, double rank)
    {
        long passed = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            passed += counts[i];
            if (passed > rank)
            {
                return TimeSpan.FromTicks(UpperBound(i));
            }
        }

        return TimeSpan.Zero;
    }

    // The place of the highest bit, and the bits that follow it.
    private static int IndexOf(ulong ticks)
    {
        var magnitude = BitOperations.Log2(ticks | Steps) - Bits;
        return (magnitude * Steps) + (int)(ticks >> magnitude);
    }

    private static long UpperBound(int index)
    {
        var magnitude = Math.Max(0, (index / Steps) - 1);
        return (long)(index - (magnitude * Steps) + 1) << magnitude;
    }
}
