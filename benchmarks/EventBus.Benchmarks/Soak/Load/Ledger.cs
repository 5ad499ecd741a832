namespace EventBus.Benchmarks.Soak.Load;

/// <summary>
/// What a group has handled: each event's number once, how often one came again, and whether the events of each key came in order. It takes
/// its memory at the start, so that the run's memory shows the bus and not the book-keeping.
/// </summary>
internal sealed class Ledger
{
    private const int BitsPerWord = 64;
    private readonly long[] _handled;
    private readonly long[] _lastOfKey = new long[SoakEvent.Keys];
    private long _distinct;
    private long _repeated;
    private long _disordered;

    /// <param name="capacity">The most events that there will be.</param>
    public Ledger(long capacity)
    {
        _handled = new long[(capacity / BitsPerWord) + 1];
        Array.Fill(_lastOfKey, -1);
    }

    /// <summary>The latencies since they were last taken.</summary>
    public LatencyBuckets Latencies { get; } = new();

    public long Distinct => Interlocked.Read(ref _distinct);

    public long Repeated => Interlocked.Read(ref _repeated);

    /// <summary>How many events came after a later one of their key, those that came again aside.</summary>
    public long Disordered => Interlocked.Read(ref _disordered);

    public void Add(SoakEvent received)
    {
        Latencies.Add(TimeProvider.System.GetElapsedTime(received.SentAt));
        var bit = 1L << (int)(received.Number % BitsPerWord);
        if ((Interlocked.Or(ref _handled[received.Number / BitsPerWord], bit) & bit) != 0)
        {
            Interlocked.Increment(ref _repeated);
            return;
        }

        Interlocked.Increment(ref _distinct);
        if (Interlocked.Exchange(ref _lastOfKey[received.Number % SoakEvent.Keys], received.Number) > received.Number)
        {
            Interlocked.Increment(ref _disordered);
        }
    }
}
