using EventBus.Transports;

namespace EventBus.Testing.Faults;

internal sealed class SeekableFaultTransport(IEventTransport inner, FaultPlan plan, TimeProvider time)
    : FaultInjectingTransport(inner, plan, time), ISeekableTransport
{
    public ValueTask SeekAsync(string group, string topic, SeekTarget target, CancellationToken cancellationToken)
    {
        ThrowIfCut();
        return Seekable.SeekAsync(group, topic, target, cancellationToken);
    }
}
