using EventBus.Transports;

namespace EventBus.Testing.Faults;

internal sealed class SeekableLagFaultTransport(IEventTransport inner, FaultPlan plan, TimeProvider time)
    : FaultInjectingTransport(inner, plan, time), ISeekableTransport, ILagTransport
{
    public ValueTask SeekAsync(string group, string topic, SeekTarget target, CancellationToken cancellationToken)
    {
        ThrowIfCut();
        return Seekable.SeekAsync(group, topic, target, cancellationToken);
    }

    public ValueTask<IReadOnlyList<PartitionLag>> GetLagAsync(string group, CancellationToken cancellationToken)
    {
        ThrowIfCut();
        return Lag.GetLagAsync(group, cancellationToken);
    }
}
