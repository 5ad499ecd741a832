namespace EventBus.Kafka.Reading;

/// <summary>How far a reader is in one partition.</summary>
/// <param name="partition">The partition.</param>
/// <param name="start">Where to start: an offset, or the beginning.</param>
/// <param name="end">The first offset that is not read; null to go on for ever.</param>
internal sealed class LogCursor(int partition, long start, long? end)
{
    public int Partition => partition;

    public long Start => start;

    public bool IsAtEnd { get; private set; } = start >= 0 && start >= end;

    /// <summary>Whether a record belongs to what is read. It may have come after the end, together with one before it.</summary>
    public bool Take(long offset)
    {
        var isWanted = !IsAtEnd && !(offset >= end);
        IsAtEnd |= offset + 1 >= end;
        return isWanted;
    }

    /// <summary>There is nothing more at present; what stands before the end are the markers of transactions.</summary>
    public void ReachedEnd(long offset) => IsAtEnd |= offset >= end;
}
