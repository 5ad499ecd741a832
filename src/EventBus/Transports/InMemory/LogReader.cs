using System.Threading.Channels;

namespace EventBus.Transports.InMemory;

/// <summary>Reads one partition without a group. Where retention overtakes it, it goes on at the oldest event that is left.</summary>
internal sealed class LogReader : ILogFollower
{
    private readonly PartitionLog _log;
    private readonly ChannelWriter<LogReader> _ready;
    private readonly long _end;
    private long _next;

    private LogReader(PartitionLog log, SeekTarget from, bool follow, ChannelWriter<LogReader> ready)
    {
        _log = log;
        _ready = ready;
        _next = log.Find(from, out var end);
        _end = follow ? long.MaxValue : end;
    }

    public ILogFollower? NextParked { get; set; }

    /// <summary>Whether everything that was there has been read; never when following.</summary>
    public bool IsAtEnd => _next >= _end;

    /// <summary>Readers of a topic, queued to be read: of all its partitions, or of the position's.</summary>
    public static LogReader[] Open(MemoryTopic topic, SeekTarget from, bool follow, ChannelWriter<LogReader> ready)
    {
        var logs = from.Position is { } position ? [topic.Logs[position.Partition]] : topic.Logs;
        var readers = Array.ConvertAll(logs, log => new LogReader(log, from, follow, ready));
        Array.ForEach(readers, static reader => reader.Wake());
        return readers;
    }

    public void Wake() => _ready.TryWrite(this);

    public int Read(Span<LogEntry> buffer) => _log.Read(ref _next, _end, buffer);

    /// <summary>Waits for the log to grow.</summary>
    /// <returns>False where there is something to read.</returns>
    public bool Park() => _log.Park(this, _next);

    public void Leave() => _log.Unpark(this);
}
