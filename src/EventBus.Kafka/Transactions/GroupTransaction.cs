using EventBus.Kafka.Native;
using EventBus.Transactions;

namespace EventBus.Kafka.Transactions;

/// <summary>What is stored together: what was published for some events, and how far the group has got with them.</summary>
/// <param name="Published">The events, in the order in which they are stored.</param>
/// <param name="Offsets">The group's new places. The transaction's own.</param>
/// <param name="GroupMetadata">Who writes them, so that the brokers refuse a member that is none any more. The transaction's own.</param>
internal sealed record GroupTransaction(IReadOnlyList<OutgoingEvent> Published, PartitionList Offsets, nint GroupMetadata) : IDisposable
{
    public void Dispose()
    {
        Offsets.Dispose();
        Librdkafka.DestroyGroupMetadata(GroupMetadata);
    }
}
