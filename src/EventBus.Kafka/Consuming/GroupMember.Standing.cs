using Confluent.Kafka;
using EventBus.Kafka.Native;
using EventBus.Kafka.Transactions;

namespace EventBus.Kafka.Consuming;

/// <content>
/// Sees to what brokers before 2.5 do not: that a member which was taken for dead commits no transaction, and that the next owner of a partition
/// finds its place only once the transaction that has it is whole (KIP-447).
/// </content>
/// <remarks>
/// A process that has stood still knows nothing of it, but for its clock: its threads have not run for longer than a heartbeat may be late. Then no
/// transaction is committed until a heartbeat has had the time to tell whether the group still has the member.
/// </remarks>
internal sealed partial class GroupMember
{
    private const int DoubtMilliseconds = 20;
    private const int StoredMilliseconds = 500;
    private long _steppedAt;
    private long _stoodStillAt;

    private TimeSpan Standstill => _connection.Options.SessionTimeout / 2;

    // For two heartbeats, of which there are four in a session: the answer to one from before may have lain there, and says that all is well.
    private bool IsInDoubt =>
        _transactions is not null && Volatile.Read(ref _stoodStillAt) is var stood and not 0 && Since(stood) < Standstill;

    private void NoteStep()
    {
        if (_steppedAt != 0 && Since(_steppedAt) > Standstill)
        {
            Volatile.Write(ref _stoodStillAt, _connection.Time.GetTimestamp());
        }

        Volatile.Write(ref _steppedAt, _connection.Time.GetTimestamp());
    }

    /// <summary>Waits, on the transactions' thread, while it is in doubt whether the group has the member.</summary>
    /// <returns>Why nothing may be committed; null where it may.</returns>
    private TransactionError? AwaitStanding()
    {
        using var pause = new ManualResetEventSlim();
        while (true)
        {
            lock (_wakeLock)
            {
                if (_isDestroyed || _commitsNoMore || IsLost)
                {
                    return new TransactionError(
                        new ClusterError(ErrorCode.IllegalGeneration, "The group has taken the member for dead."), IsRetriable: false, RequiresAbort: true);
                }
            }

            if (Since(Volatile.Read(ref _steppedAt)) < Standstill && !IsInDoubt)
            {
                return null;
            }

            pause.Wait(DoubtMilliseconds);
        }
    }

    // The answer to a commit says that it will be whole, not that it is.
    private unsafe bool AreStored(IEnumerable<KafkaAssignment> assignments)
    {
        if (_transactions is null || _commitsNoMore)
        {
            return true;
        }

        KafkaAssignment[] written = [.. Unmoved(assignments).Where(static assignment => assignment.WrittenOffset >= 0)];
        if (written.Length == 0)
        {
            return true;
        }

        using var list = new PartitionList(written.Length);
        Array.ForEach(written, assignment => list.Add(assignment.ClusterTopic, assignment.Partition));
        if (Librdkafka.Committed(_client.Handle, list.Pointer, StoredMilliseconds) != 0)
        {
            return false;
        }

        var found = list.Read();
        return Array.TrueForAll(written, assignment => Array.Exists(found, entry =>
            entry.Partition == assignment.Partition && entry.Topic == assignment.ClusterTopic && entry.Offset >= assignment.WrittenOffset));
    }
}
