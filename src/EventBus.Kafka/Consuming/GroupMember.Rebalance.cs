using Confluent.Kafka;
using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Groups;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Consuming;

/// <content>Partitions come and go.</content>
internal sealed partial class GroupMember
{
    // A generation's assignments, each higher than the one before: partitions are moved within one, too.
    private const int EpochsOfGeneration = 20;
    private const int LookUpMilliseconds = 2_000;
    private PartitionEntry[]? _assigning;
    private Revocation? _revocation;
    private long _lastEpoch;
    private long _lookedUpAt;
    private bool _hasBeenAssigned;

    private unsafe void OnRebalance(nint @event)
    {
        var partitions = PartitionList.Read(Librdkafka.PartitionsOf(@event));
        NoteIdentity();
        if ((ErrorCode)Librdkafka.ErrorOf(@event) == ErrorCode.Local_AssignPartitions)
        {
            _assigning = partitions;
            _lookedUpAt = 0;
            return;
        }

        BeginRevoking(partitions);
    }

    private void Assign()
    {
        if (_assigning is not { } partitions || (_lookedUpAt != 0 && Since(_lookedUpAt) < s_retryPause))
        {
            return;
        }

        KafkaAssignment[] assignments;
        try
        {
            assignments = Place(partitions);
        }
        catch (ClusterException exception)
        {
            if (_lookedUpAt == 0 || exception.Error.Code is not (ErrorCode.Local_TimedOut or ErrorCode.Local_WaitCoord))
            {
                _connection.Log.PlaceNotFound(_request.Group, partitions.Length, exception.Error.Reason);
            }

            _lookedUpAt = _connection.Time.GetTimestamp();
            OnError(exception.Error);
            return;
        }

        _assigning = null;
        Fetched.Open(assignments);
        foreach (var assignment in assignments)
        {
            _owned[(assignment.ClusterTopic, assignment.Partition)] = assignment;
        }

        Answer(assignments, isAssigned: true);
        _hasBeenAssigned = true;
        Commit(_owned.Values);
        TellPlaced();
    }

    private unsafe KafkaAssignment[] Place(PartitionEntry[] partitions)
    {
        if (partitions.Length == 0)
        {
            return [];
        }

        using var list = new PartitionList(partitions.Length);
        foreach (var partition in partitions)
        {
            list.Add(partition.Topic, partition.Partition);
        }

        KafkaErrors.Check(Librdkafka.Committed(_client.Handle, list.Pointer, LookUpMilliseconds));
        var committed = list.Read();
        KafkaErrors.Check((int)Array.Find(committed, static entry => entry.Error != ErrorCode.NoError).Error);
        var unknown = committed.Where(entry => entry.Offset < 0 && _starts.Of(entry.Topic, entry.Partition) is null);
        var first = Find(unknown, LogicalOffset.Beginning);
        var expired = FindExpired(committed);
        return [.. committed.Select(entry => (Entry: entry, Key: (entry.Topic, entry.Partition))).Select(placed => Place(
            placed.Entry, _starts.Of(placed.Entry.Topic, placed.Entry.Partition) ?? first.GetValueOrDefault(placed.Key),
            expired.TryGetValue(placed.Key, out var end) ? end : null))];
    }

    // By itself the library goes on behind the last event, too, but nothing says so to the group before another event comes: what is published
    // while the group is away again would be left out.
    private Dictionary<(string Topic, int Partition), long> FindExpired(PartitionEntry[] committed)
    {
        if (_connection.Options.ExpiredOffset != KafkaExpiredOffset.Latest)
        {
            return [];
        }

        PartitionEntry[] placed = [.. committed.Where(static entry => entry.Offset >= 0)];
        var first = Find(placed, LogicalOffset.Beginning);
        return Find(placed.Where(entry => entry.Offset < first[(entry.Topic, entry.Partition)]), LogicalOffset.End);
    }

    private Dictionary<(string Topic, int Partition), long> Find(IEnumerable<PartitionEntry> partitions, long place) => LogBounds.Find(
            _client.Handle, [.. partitions.Select(entry => LogBounds.Place(entry.Topic, entry.Partition, place))], LookUpMilliseconds)
        .ToDictionary(static entry => (entry.Topic, entry.Partition), static entry => entry.Offset);

    // Where somebody seeks, the member starts there at once.
    private KafkaAssignment Place(PartitionEntry committed, long start, long? expired)
    {
        _connection.Names.TryTopicOf(committed.Topic, out var topic);
        var notes = committed.Offset < 0 ? CommitNotes.None : CommitNotes.Parse(committed.Metadata, committed.Offset);
        if (_board.Find(_request.Group, topic!, committed.Partition, notes.Seek, _connection.Time.GetUtcNow()) is { } wish)
        {
            return Moved(committed.Topic, topic!, wish, committed.Partition, committed: -1);
        }

        if (expired is { } end)
        {
            // What is noted beside the old place is gone with it, but for the seek.
            _connection.Log.PlaceExpired(_request.Group, committed.Offset, topic!, committed.Partition, end);
            return new KafkaAssignment(
                topic!, committed.Partition, NextEpoch(), committed.Topic, end, committed.Offset, new CommitNotes(notes.Seek, [], []));
        }

        return new KafkaAssignment(
            topic!, committed.Partition, NextEpoch(), committed.Topic, committed.Offset < 0 ? start : committed.Offset, committed.Offset, notes);
    }

    private void BeginRevoking(PartitionEntry[] partitions)
    {
        List<KafkaAssignment> assignments = [];
        foreach (var partition in partitions)
        {
            if (_owned.TryGetValue((partition.Topic, partition.Partition), out var assignment))
            {
                assignments.Add(assignment);
            }
        }

        _revocation = new Revocation(partitions, assignments, _connection.Time.GetTimestamp());
        Fetched.Stop(assignments);
        if (IsLost)
        {
            _connection.Log.PartitionsLost(_request.Group, _request.Member, partitions.Length);
            assignments.ForEach(End);
        }
        else
        {
            assignments.ForEach(Tell);
        }
    }

    private bool IsLost => Librdkafka.IsAssignmentLost(_client.Handle) != 0;

    private void Revoke()
    {
        if (_revocation is not { } revocation)
        {
            return;
        }

        if (IsLost)
        {
            revocation.Assignments.ForEach(End);
            Finish(revocation);
            return;
        }

        if (!revocation.IsFenced && !TryFence(revocation))
        {
            return;
        }

        if (revocation.IsHopeless || Since(revocation.FencedAt) > s_commitTimeout
            || (!IsCommitting && !IsRefused && !Commit(Unmoved(revocation.Assignments)) && AreStored(revocation.Assignments)))
        {
            Finish(revocation);
        }
    }

    private bool TryFence(Revocation revocation)
    {
        var left = revocation.Assignments.FindAll(static assignment => assignment is { IsHandedOut: true, IsReleased: false });
        if (left.Count > 0 && Since(revocation.Since) < _connection.Options.RevokeTimeout)
        {
            return false;
        }

        foreach (var assignment in left)
        {
            _connection.Log.RevokedUndrained(_request.Group, assignment.Topic, assignment.Partition, _connection.Options.RevokeTimeout);
        }

        revocation.Assignments.ForEach(static assignment => assignment.IsOver = true);
        revocation.FencedAt = _connection.Time.GetTimestamp();
        return true;
    }

    private void Finish(Revocation revocation)
    {
        _revocation = null;
        foreach (var assignment in revocation.Assignments)
        {
            _owned.Remove((assignment.ClusterTopic, assignment.Partition));
            Stored(assignment.TakePublished());
            _moves.RemoveAll(move => move.Assignment == assignment);
        }

        Fetched.Remove(revocation.Assignments);
        Answer(revocation.Partitions.Select(static partition => (partition.Topic, partition.Partition, LogicalOffset.None)), isAssigned: false);
    }

    private void Answer(IEnumerable<KafkaAssignment> assignments, bool isAssigned) =>
        Answer(assignments.Select(static assignment => (assignment.ClusterTopic, assignment.Partition, assignment.Next)), isAssigned);

    // The protocol is the one that all members of the group agree on: the partitions that come and go, or all of them at once.
    private unsafe void Answer(IEnumerable<(string Topic, int Partition, long Offset)> partitions, bool isAssigned)
    {
        using var list = new PartitionList();
        foreach (var (topic, partition, offset) in partitions)
        {
            list.Add(topic, partition, offset);
        }

        var isEager = KafkaErrors.Utf8(Librdkafka.RebalanceProtocol(_client.Handle)) == "EAGER";
        if (isEager)
        {
            KafkaErrors.Check(Librdkafka.Assign(_client.Handle, isAssigned ? list.Pointer : null));
        }
        else
        {
            KafkaErrors.Check(isAssigned
                ? Librdkafka.IncrementalAssign(_client.Handle, list.Pointer)
                : Librdkafka.IncrementalUnassign(_client.Handle, list.Pointer));
        }
    }

    private long NextEpoch()
    {
        var metadata = Librdkafka.GroupMetadata(_client.Handle);
        var generation = metadata == 0 ? 0 : Math.Max(0, Librdkafka.GenerationOf(metadata));
        if (metadata != 0)
        {
            Librdkafka.DestroyGroupMetadata(metadata);
        }

        return _lastEpoch = Math.Max(_lastEpoch + 1, (long)generation << EpochsOfGeneration);
    }

    /// <summary>Partitions that go.</summary>
    /// <param name="Partitions">As the library names them.</param>
    /// <param name="Assignments">Those of them that are known.</param>
    /// <param name="Since">When it began.</param>
    private sealed record Revocation(PartitionEntry[] Partitions, List<KafkaAssignment> Assignments, long Since)
    {
        /// <summary>When settlements ceased to count; 0 before.</summary>
        public long FencedAt { get; set; }

        public bool IsFenced => FencedAt != 0;

        /// <summary>Whether the group takes no commit from this member any more.</summary>
        public bool IsHopeless { get; set; }
    }
}
