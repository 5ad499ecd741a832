using EventBus.Pipeline;

namespace EventBus.Consuming;

/// <summary>The deliveries that wait to be handled together by one batch handler. Guarded by the dispatcher's lock.</summary>
internal sealed class BatchQueue(BatchHandlerInvoker invoker)
{
    private readonly List<Delivery> _pending = [];

    public BatchHandlerInvoker Invoker { get; } = invoker;

    public bool IsEmpty => _pending.Count == 0;

    public bool IsFull => _pending.Count >= Invoker.Limits.MaxSize;

    /// <summary>The timestamp at which the batch is handled even if it is not full.</summary>
    public long Due { get; set; }

    public void Add(Delivery delivery) => _pending.Add(delivery);

    public Delivery[] Take()
    {
        Delivery[] taken = [.. _pending];
        _pending.Clear();
        return taken;
    }
}
