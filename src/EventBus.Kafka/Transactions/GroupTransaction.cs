using EventBus.Kafka.Consuming;
using EventBus.Kafka.Native;
using EventBus.Transactions;

namespace EventBus.Kafka.Transactions;

/// <summary>What is stored together: what was published for some events, and how far the group has got with them.</summary>
/// <param name="Published">What was published, of each partition; in the order in which it is stored.</param>
/// <param name="Offsets">The group's new places. The transaction's own.</param>
/// <param name="GroupMetadata">Who writes them, so that the brokers refuse a member that is none any more. The transaction's own.</param>
internal sealed record GroupTransaction(IReadOnlyList<IReadOnlyList<PublishedFor>> Published, PartitionList Offsets, nint GroupMetadata) : IDisposable
{
    /// <summary>All events, in the order in which they are stored.</summary>
    public IEnumerable<OutgoingEvent> Events =>
        Published.SelectMany(static partition => partition).SelectMany(static each => each.Events);

    public void Dispose()
    {
        Offsets.Dispose();
        Librdkafka.DestroyGroupMetadata(GroupMetadata);
    }
}
