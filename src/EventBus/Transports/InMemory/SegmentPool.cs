namespace EventBus.Transports.InMemory;

/// <summary>Keeps segments for reuse by all the logs of a broker, so that a log that trims as fast as it grows allocates nothing.</summary>
internal sealed class SegmentPool
{
    private const int MaxIdle = 256;
    private readonly Lock _lock = new();
    private readonly Stack<LogRecord[]> _idle = new();

    public LogRecord[] Rent()
    {
        lock (_lock)
        {
            if (_idle.TryPop(out var segment))
            {
                return segment;
            }
        }

        return new LogRecord[SegmentList.Size];
    }

    public void Return(LogRecord[] segment)
    {
        Array.Clear(segment);
        lock (_lock)
        {
            if (_idle.Count < MaxIdle)
            {
                _idle.Push(segment);
            }
        }
    }
}
