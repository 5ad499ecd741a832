namespace EventBus.Transports.InMemory;

/// <summary>A group's place in one partition, and who holds it. Guarded by the broker's lock, except where it says otherwise.</summary>
internal sealed class GroupCursor(string group, PartitionLog log)
{
    private InMemoryConsumer? _owner;
    private SettlementTracker? _tracker;
    private SeekTarget _seekTarget;
    private TaskCompletionSource? _seek;
    private long _epoch;
    private bool _isLive;

    public string Group { get; } = group;

    public PartitionLog Log { get; } = log;

    /// <summary>
    /// What the group has settled; null while it has no position. It outlives assignments, so that what was settled ahead of the watermark
    /// is not handed out again. Changed under the log's lock.
    /// </summary>
    public SettlementTracker? Tracker
    {
        get => Volatile.Read(ref _tracker);
        set => Volatile.Write(ref _tracker, value);
    }

    /// <summary>Outlives assignments too. Safe to use from any thread.</summary>
    public FailureNotes Failures { get; } = new();

    /// <summary>The assignment that lasts, perhaps of a member that has yet to give it back; null where there is none.</summary>
    public InMemoryAssignment? Assignment { get; private set; }

    /// <summary>The assignment while it takes some types of events only. Guarded by the log's lock.</summary>
    public InMemoryAssignment? Reader { get; set; }

    /// <summary>The member that the partition belongs to, or will as soon as it is released.</summary>
    public InMemoryConsumer? Owner
    {
        get => _owner;
        set
        {
            if (_owner is not null)
            {
                _owner.Load--;
            }

            _owner = value;
            if (_owner is not null)
            {
                _owner.Load++;
            }
        }
    }

    /// <summary>Whether the group has a member for the topic, so that it holds back publishers and retention.</summary>
    public void SetLive(bool value)
    {
        if (_isLive == value)
        {
            return;
        }

        _isLive = value;
        if (value)
        {
            Log.AddLive(this);
        }
        else
        {
            Log.RemoveLive(this);
        }
    }

    /// <summary>Asks for a move, made as soon as nobody holds the partition. Of several, the last one counts.</summary>
    public Task Seek(SeekTarget target)
    {
        _seekTarget = target;
        _seek ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _seek.Task;
    }

    /// <summary>Brings the assignment in line with the owner and the seek, or starts to: a partition in use is revoked first.</summary>
    public void Align(ControlEffects effects)
    {
        if (Assignment is { } current)
        {
            if (current.Member == _owner && _seek is null)
            {
                return;
            }

            effects.Revoke(current);
            if (current.Stop())
            {
                return;
            }

            if (!TryEndAssignment())
            {
                return;
            }
        }

        MakeSeek();
        if (_owner is not null)
        {
            Assignment = new InMemoryAssignment(this, _owner, ++_epoch);
            _owner.Ready(Assignment);
        }
    }

    /// <summary>Ends the assignment, if there is one. One that is held stays until its member releases the partition.</summary>
    public bool TryEndAssignment()
    {
        if (Assignment?.TryEnd() == false)
        {
            return false;
        }

        Assignment = null;
        return true;
    }

    private void MakeSeek()
    {
        if (_seek is { } seek)
        {
            _seek = null;
            Log.Place(this, _seekTarget);
            seek.SetResult();
        }
    }
}
