using EventBus.Redis.Entries;
using EventBus.Redis.Topics;
using EventBus.Transports;
using StackExchange.Redis;

namespace EventBus.Redis.Consuming;

/// <summary>A partition in the hands of this member, with what has been read of it and not been handed out yet.</summary>
/// <remarks>Guarded by the consumer's lock, except where it says otherwise.</remarks>
internal sealed class RedisAssignment(RedisTopic topic, int partition, long epoch) : PartitionAssignment(topic.Name, partition, epoch)
{
    private readonly Queue<StreamEntry[]> _read = new();
    private int _next;
    private bool _isOver;

    public RedisKey Stream { get; } = topic.Streams[partition];

    public string StreamName { get; } = topic.Streams[partition].ToString();

    public string Name { get; } = Connections.RedisKeys.Partition(topic.Name, partition);

    public RedisTopic Of { get; } = topic;

    /// <summary>While entries are read that are pending: the last one read. Null once only new ones are read.</summary>
    public string? HistoryFrom { get; set; }

    /// <summary>How many entries have been read and not been handed out.</summary>
    public int Stashed { get; private set; }

    /// <summary>Whether the runner has seen an event of it, so that it will release it.</summary>
    public bool IsHandedOut { get; set; }

    public bool IsPaused { get; set; }

    /// <summary>Whether it is to be given back, or is gone: nothing of it is read or handed out any more.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Whether it stands among those with something to hand out.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Whether settlements still count. Read without the lock too.</summary>
    public bool IsOver => Volatile.Read(ref _isOver);

    /// <summary>What the group has noted of failed attempts, by entry. Has a lock of its own.</summary>
    public FailureNotes Failures { get; } = new();

    /// <summary>What is settled and not acknowledged yet. Has a lock of its own.</summary>
    public SettledEntries Settled { get; } = new();

    public void End() => Volatile.Write(ref _isOver, true);

    public void Stash(StreamEntry[] entries)
    {
        if (entries.Length > 0)
        {
            _read.Enqueue(entries);
            Stashed += entries.Length;
        }
    }

    /// <summary>The next entry that has been read.</summary>
    public StreamEntry Take()
    {
        var entries = _read.Peek();
        var entry = entries[_next++];
        Stashed--;
        if (_next == entries.Length)
        {
            _read.Dequeue();
            _next = 0;
        }

        return entry;
    }

    public void DropStash()
    {
        _read.Clear();
        _next = 0;
        Stashed = 0;
    }
}
