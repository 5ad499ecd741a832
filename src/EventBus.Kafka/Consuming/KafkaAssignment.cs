using EventBus.Kafka.Native;
using EventBus.Transactions;
using EventBus.Transports;

namespace EventBus.Kafka.Consuming;

/// <summary>A partition in the hands of this member: how far it has been read, what of it is settled, and what of that is written.</summary>
/// <remarks>
/// <para>Invariants, in the order in which a partition goes through them:</para>
/// <list type="number">
/// <item><see cref="Next"/> is the only offset that may be read next. What lies below has been handed out, or is settled. It moves under the lock
/// of the <see cref="FetchQueue"/>, and only forwards; before anything is handed out it may be put anywhere.</item>
/// <item>Once <see cref="IsEnding"/> is set, under that lock, nothing more is handed out.</item>
/// <item>Once <see cref="IsOver"/> is set, settlements count no more (whether one that comes meanwhile does is open, and either is true to what its
/// handler did). What is committed last is read off the tracker after that, so that no settlement is taken, and then not written, for
/// an assignment that was drained.</item>
/// <item>Only the poll thread commits, and one commit at a time, so that no older commit ever comes after a newer one.</item>
/// <item>A commit's offset is <see cref="SettlementTracker.Watermark"/>: it never covers an event that was handed out and is not settled.</item>
/// </list>
/// </remarks>
internal sealed class KafkaAssignment : PartitionAssignment
{
    private readonly List<(long From, long To)> _ahead = [];
    private readonly Lock _publishing = new();
    private List<PublishedFor> _published = [];
    private SettlementTracker _tracker;
    private long _next;
    private long _skipBelow;
    private bool _hasNews;
    private volatile bool _isOver;
    private volatile bool _isReleased;

    /// <param name="topic">The bus's name of the topic.</param>
    /// <param name="partition">The partition's number.</param>
    /// <param name="epoch">Higher than those before.</param>
    /// <param name="clusterTopic">The topic's name in the cluster.</param>
    /// <param name="start">Where to read from.</param>
    /// <param name="committed">The group's offset as it is written; -1 for none.</param>
    /// <param name="notes">What is written beside it.</param>
    public KafkaAssignment(string topic, int partition, long epoch, string clusterTopic, long start, long committed, CommitNotes notes)
        : base(topic, partition, epoch)
    {
        ClusterTopic = clusterTopic;
        Seek = notes.Seek;
        WrittenOffset = committed;
        WrittenNotes = committed == start ? notes.Print(committed, int.MaxValue) : "";
        _next = start;
        _tracker = new SettlementTracker(start);
        foreach (var (from, to) in notes.Settled)
        {
            _tracker.SettleRange(from, to);
        }

        foreach (var failure in notes.Failures)
        {
            Failures.Add(failure);
        }

        _skipBelow = _tracker.LastSettledBound;
        _hasNews = committed != start;
    }

    /// <summary>The topic's name in the cluster.</summary>
    public string ClusterTopic { get; }

    /// <summary>The library's object for the topic, by which its records are known; the <see cref="FetchQueue"/>'s.</summary>
    public nint TopicHandle { get; set; }

    /// <summary>The number of the last seek that the partition has made.</summary>
    public long Seek { get; }

    public FailureNotes Failures { get; } = new();

    /// <summary>The offset behind the last record that was read.</summary>
    public long Next => Volatile.Read(ref _next);

    /// <summary>Whether anything has been handed out, so that the runner has to release the partition.</summary>
    public bool IsHandedOut { get; set; }

    /// <summary>Whether nothing more is handed out.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Whether the partition is paused. Guarded by the fetch queue's lock.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Whether settlements count no more.</summary>
    public bool IsOver
    {
        get => _isOver;
        set => _isOver = value;
    }

    /// <summary>Whether the runner has released it.</summary>
    public bool IsReleased
    {
        get => _isReleased;
        set => _isReleased = value;
    }

    /// <summary>The offset of the last commit that was written; -1 for none. The poll thread's, as what follows.</summary>
    public long WrittenOffset { get; private set; }

    /// <summary>What was written beside it.</summary>
    public string WrittenNotes { get; private set; }

    /// <summary>Whether everything that has been read is settled.</summary>
    public bool IsAtRest => _tracker.Watermark >= Next;

    /// <summary>
    /// Takes the next record, and with it the gap before it: what compaction, aborted transactions and the markers of transactions have left empty.
    /// Under the fetch queue's lock.
    /// </summary>
    /// <param name="offset">The record's.</param>
    /// <returns>Whether it is to be handed out: it is not if it was settled before.</returns>
    /// <exception cref="EventBusException">It lies before what has been handed out.</exception>
    public bool Take(long offset)
    {
        if (offset != _next)
        {
            Jump(offset);
        }

        Volatile.Write(ref _next, offset + 1);
        return offset >= _skipBelow || !_tracker.IsSettled(offset);
    }

    /// <summary>Settles an event that has been taken.</summary>
    /// <returns>Whether the group's offset has moved.</returns>
    public bool Settle(long offset)
    {
        if (_isOver || offset >= Next)
        {
            return false;
        }

        Failures.Remove(offset);
        if (_tracker.Settle(offset))
        {
            return true;
        }

        _hasNews = true;
        return false;
    }

    /// <summary>
    /// Settles an event that has been taken together with what was published for it. Both are seen by the same commit, or both by a later one.
    /// </summary>
    /// <returns>Whether it counts.</returns>
    public bool Settle(long offset, IReadOnlyList<OutgoingEvent> published)
    {
        lock (_publishing)
        {
            if (_isOver || offset >= Next)
            {
                return false;
            }

            _published.Add(new PublishedFor(offset, published));
            Settle(offset);
            return true;
        }
    }

    /// <summary>Settles what lies behind the last record: the marker of a transaction, say. Under the fetch queue's lock.</summary>
    public void SkipTo(long position)
    {
        if (position > _next && IsAtRest)
        {
            _tracker.SettleRange(_next, position);
            Volatile.Write(ref _next, position);
        }
    }

    public void NoteFailure(FailedAttempts failure)
    {
        if (!_isOver)
        {
            Failures.Add(failure);
            _hasNews = true;
        }
    }

    /// <summary>Tells what there is to commit.</summary>
    /// <param name="room">How long the notes may be.</param>
    /// <param name="offset">The offset.</param>
    /// <param name="notes">The notes.</param>
    /// <returns>Whether that is not what is written.</returns>
    public bool TryGetCommit(int room, out long offset, out string notes)
    {
        offset = _tracker.Watermark;
        notes = WrittenNotes;
        if (!_hasNews && offset == WrittenOffset)
        {
            return false;
        }

        // Before it is looked at, so that what comes meanwhile is news again.
        _hasNews = false;
        Interlocked.MemoryBarrier();
        _ahead.Clear();
        offset = _tracker.CopySettledAhead(_ahead, room);
        notes = new CommitNotes(Seek, _ahead, Failures.From(offset)).Print(offset, room);
        return offset != WrittenOffset || notes != WrittenNotes;
    }

    /// <summary>
    /// The same, with what was published for the events that it settles: for those alone, so that neither is ever written without the other. What was
    /// published for an event too far ahead to stand in the notes waits.
    /// </summary>
    public bool TryGetCommit(int room, out long offset, out string notes, out IReadOnlyList<PublishedFor> published)
    {
        lock (_publishing)
        {
            published = [];
            if (!TryGetCommit(room, out offset, out notes))
            {
                return false;
            }

            if (_published.Count > 0)
            {
                var written = CommitNotes.Parse(notes, offset).Settled;
                var bound = written.Count > 0 ? written[^1].To : offset;
                var waiting = _published.FindAll(each => each.Offset >= bound);
                _published.RemoveAll(each => each.Offset >= bound);
                published = _published;
                _published = waiting;
            }

            return true;
        }
    }

    /// <summary>Takes all that was published and is not stored.</summary>
    public IReadOnlyList<PublishedFor> TakePublished()
    {
        lock (_publishing)
        {
            var taken = _published;
            _published = [];
            return taken;
        }
    }

    /// <summary>Puts back what was taken and could not be stored, in front of what has come since.</summary>
    public void PutBack(IReadOnlyList<PublishedFor> published)
    {
        lock (_publishing)
        {
            _published.InsertRange(0, published);
        }
    }

    /// <summary>Notes that a commit has been written.</summary>
    public void Written(long offset, string notes)
    {
        WrittenOffset = offset;
        WrittenNotes = notes;
    }

    /// <summary>Has the next look commit again, whatever seems to be written.</summary>
    public void NotWritten() => _hasNews = true;

    private void Jump(long offset)
    {
        if (offset > _next)
        {
            _tracker.SettleRange(_next, offset);
        }
        else if (!IsHandedOut)
        {
            // The place was behind the log's end: the topic was made anew, or cut. What was settled there says nothing about these records.
            _tracker = new SettlementTracker(offset);
            _skipBelow = offset;
            _hasNews = true;
        }
        else
        {
            throw new EventBusException(
                $"Partition {Topic}/{Partition} went back from {_next} to {offset}: it was cut, or the topic was made anew. It is read again from there.");
        }
    }
}
