using EventBus.Transports;

namespace EventBus.Testing.Faults;

internal sealed class LagFaultTransport(IEventTransport inner, FaultPlan plan, TimeProvider time)
    : FaultInjectingTransport(inner, plan, time), ILagTransport
{
    public ValueTask<IReadOnlyList<PartitionLag>> GetLagAsync(string group, CancellationToken cancellationToken)
    {
        ThrowIfCut();
        return Lag.GetLagAsync(group, cancellationToken);
    }
}
