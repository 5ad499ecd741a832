using Confluent.Kafka;
using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Groups;

namespace EventBus.Kafka.Consuming;

/// <content>Goes on elsewhere in partitions that somebody seeks in.</content>
internal sealed partial class GroupMember
{
    private readonly List<PartitionMove> _moves = [];

    private void Move()
    {
        if (_revocation is null)
        {
            BeginMoves();
        }

        for (var i = _moves.Count - 1; i >= 0; i--)
        {
            var move = _moves[i];
            if (!move.IsFenced)
            {
                TryFence(move);
            }

            if (move.IsWritten && _revocation is null && TryFinish(move))
            {
                _moves.RemoveAt(i);
            }
        }

        if (!IsCommitting && !IsRefused && !IsLost && !_commitsNoMore)
        {
            foreach (var move in _moves.Where(static move => move is { IsFenced: true, IsWritten: false }))
            {
                _committing.Add(new PendingCommit(move.Assignment, move, move.Offset, move.Notes.Print(move.Offset, int.MaxValue), move.Assignment.TakePublished()));
            }

            Send();
        }
    }

    private void BeginMoves()
    {
        foreach (var assignment in _owned.Values)
        {
            if (!assignment.IsEnding
                && _board.Find(_request.Group, assignment.Topic, assignment.Partition, assignment.Seek, _connection.Time.GetUtcNow()) is { } wish)
            {
                Fetched.Stop([assignment]);
                _moves.Add(new PartitionMove(assignment, wish, _connection.Time.GetTimestamp()));
                Tell(assignment);
            }
        }
    }

    private void TryFence(PartitionMove move)
    {
        var assignment = move.Assignment;
        if (assignment is { IsHandedOut: true, IsReleased: false })
        {
            if (Since(move.Since) < _connection.Options.RevokeTimeout)
            {
                return;
            }

            _connection.Log.RevokedUndrained(_request.Group, assignment.Topic, assignment.Partition, _connection.Options.RevokeTimeout);
        }

        assignment.IsOver = true;
        move.IsFenced = true;
    }

    private bool TryFinish(PartitionMove move)
    {
        var old = move.Assignment;
        var moved = Moved(old.ClusterTopic, old.Topic, move.Wish, old.Partition, move.Offset);
        try
        {
            Fetched.Move(old, moved);
        }
        catch (ClusterException)
        {
            // The library has not begun to read the partition; it does so soon.
            return false;
        }

        _owned[(old.ClusterTopic, old.Partition)] = moved;
        Fetched.Wake();
        return true;
    }

    private KafkaAssignment Moved(string clusterTopic, string topic, SeekWish wish, int partition, long committed) => new(
        topic, partition, NextEpoch(), clusterTopic, wish.Offsets[partition], committed, new CommitNotes(wish.Number, [], []));

    // Of a partition that moves, the old place is not written any more.
    private IEnumerable<KafkaAssignment> Unmoved(IEnumerable<KafkaAssignment> assignments) =>
        _moves.Count == 0 ? assignments : assignments.Where(assignment => !_moves.Exists(move =>
            move.Assignment == assignment && (move.IsWritten || (move.IsFenced && _revocation is null))));

    /// <summary>A partition that goes on elsewhere: drained, then committed there, then read from there.</summary>
    private sealed class PartitionMove(KafkaAssignment assignment, SeekWish wish, long since)
    {
        public KafkaAssignment Assignment { get; } = assignment;

        public SeekWish Wish { get; } = wish;

        public long Since { get; } = since;

        public long Offset => Wish.Offsets[Assignment.Partition];

        public CommitNotes Notes { get; } = new(wish.Number, [], []);

        /// <summary>Whether nothing is handed out and no settlement counts any more.</summary>
        public bool IsFenced { get; set; }

        public bool IsWritten { get; set; }
    }
}
