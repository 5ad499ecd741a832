using Confluent.Kafka;
using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Native;
using EventBus.Kafka.Transactions;
using EventBus.Transactions;

namespace EventBus.Kafka.Consuming;

/// <content>Writes how far the group has got: one commit at a time, and all that there is to write with it.</content>
internal sealed partial class GroupMember
{
    // However often somebody asks for a commit at once.
    private static readonly TimeSpan s_leastInterval = TimeSpan.FromMilliseconds(20);
    private List<PendingCommit> _committing = [];
    private List<PendingCommit> _spare = [];
    private long _committedAt;
    private long _refusedAt;
    private volatile bool _isWanted;

    // Since a transactional producer has failed for good, or the group went on without the member: the runner opens another one.
    private volatile bool _commitsNoMore;

    private bool IsCommitting => _committing.Count > 0;

    // The group is between two generations, say: a moment later it may take the commit.
    private bool IsRefused => (_refusedAt != 0 && Since(_refusedAt) < s_retryPause) || IsInDoubt;

    /// <summary>Asks for a commit soon: the member idles, or somebody waits for it. From any thread.</summary>
    public void CommitSoon()
    {
        if (!_isWanted)
        {
            _isWanted = true;
            Wake();
        }
    }

    private TimeSpan UntilCommit() =>
        (_isWanted ? s_leastInterval : _interval) - Since(_committedAt);

    private void CommitIfDue()
    {
        if (IsCommitting || IsRefused || UntilCommit() > TimeSpan.Zero)
        {
            return;
        }

        _isWanted = false;
        _committedAt = _connection.Time.GetTimestamp();
        Fetched.SkipMarkers();
        Commit(Unmoved(_owned.Values));
    }

    /// <summary>Begins a commit of what is settled and not written.</summary>
    /// <returns>Whether one is on its way now.</returns>
    private bool Commit(IEnumerable<KafkaAssignment> assignments)
    {
        if (IsCommitting || IsLost || _commitsNoMore)
        {
            return IsCommitting;
        }

        foreach (var assignment in assignments)
        {
            if (assignment.TryGetCommit(_connection.Options.CommitMetadataBytes, out var offset, out var notes, out var published))
            {
                _committing.Add(new PendingCommit(assignment, null, offset, notes, published));
            }
        }

        return Send();
    }

    private unsafe bool Send()
    {
        if (!IsCommitting)
        {
            return false;
        }

        var list = new PartitionList(_committing.Count);
        foreach (var pending in _committing)
        {
            list.Add(pending.Assignment.ClusterTopic, pending.Assignment.Partition, pending.Offset, _client.Handle, pending.Notes);
        }

        if (_transactions is { } transactions)
        {
            _begunAt = _connection.Time.GetTimestamp();
            transactions.Begin(new GroupTransaction(
                [.. _committing.Select(static pending => pending.Published)], list, Librdkafka.GroupMetadata(_client.Handle)));
            return true;
        }

        using var disposed = list;
        if ((ErrorCode)Librdkafka.Commit(_client.Handle, list.Pointer, _queue, 0, 0) is var code and not ErrorCode.NoError)
        {
            Outcome(_ => code);
        }

        return IsCommitting;
    }

    private unsafe void OnCommitted(nint @event)
    {
        var whole = (ErrorCode)Librdkafka.ErrorOf(@event);
        var partitions = PartitionList.Read(Librdkafka.PartitionsOf(@event));
        Outcome(pending =>
        {
            var found = Array.Find(partitions, entry =>
                entry.Partition == pending.Assignment.Partition && entry.Topic == pending.Assignment.ClusterTopic);
            return found.Error != ErrorCode.NoError ? found.Error : whole;
        });
        TellPlaced();
    }

    private void Outcome(Func<PendingCommit, ErrorCode> code)
    {
        var committing = _committing;
        (_committing, _spare) = (_spare, committing);
        foreach (var pending in committing)
        {
            Outcome(pending, code(pending));
        }

        committing.Clear();
    }

    private void Outcome(PendingCommit pending, ErrorCode code)
    {
        var assignment = pending.Assignment;
        if (code == ErrorCode.NoError)
        {
            Stored(pending.Published);
            if (pending.Move is { } move)
            {
                move.IsWritten = true;
            }
            else
            {
                assignment.Written(pending.Offset, pending.Notes);
            }

            return;
        }

        assignment.NotWritten();
        assignment.PutBack(pending.Published);
        if (!_owned.ContainsValue(assignment))
        {
            // It has gone meanwhile; whoever has it now has the events handled again.
            Stored(assignment.TakePublished());
        }

        _refusedAt = _connection.Time.GetTimestamp();
        _revocation?.IsHopeless = ConsumerErrors.IsNoMember(code);
        if (!ConsumerErrors.IsNoMember(code) && code != ErrorCode.RebalanceInProgress)
        {
            _connection.Log.CommitFailed(_request.Group, assignment.Topic, assignment.Partition, code);
        }
    }

    // For those who wait for the group's places: they are written, or it had them.
    private void TellPlaced()
    {
        if (_hasBeenAssigned && !_placed.Task.IsCompleted && _owned.Values.All(static assignment => assignment.WrittenOffset >= 0))
        {
            _placed.TrySetResult();
        }
    }

    /// <summary>What a commit on its way writes.</summary>
    /// <param name="Assignment">Of which partition.</param>
    /// <param name="Move">The seek that it is for, if any.</param>
    /// <param name="Offset">The offset.</param>
    /// <param name="Notes">What stands beside it.</param>
    /// <param name="Published">What is stored with it.</param>
    private readonly record struct PendingCommit(
        KafkaAssignment Assignment, PartitionMove? Move, long Offset, string Notes, IReadOnlyList<PublishedFor> Published);
}
