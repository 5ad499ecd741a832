namespace EventBus.Consuming;

/// <summary>
/// The events of one key that wait while earlier ones of it are running, retried or collected for a batch. Invariant: whoever
/// holds a lane is the only one of its key with a handler, so that two events of a key are never handled at once (G2).
/// </summary>
internal sealed class KeyLane
{
    private DeliveryQueue _waiting;

    public string Key { get; set; } = string.Empty;

    /// <summary>How many deliveries hold the lane together: those of one batch, or one.</summary>
    public int Holders { get; set; }

    /// <summary>The batch that has the holders and still takes more; null when it has been taken, and outside of batches.</summary>
    public BatchQueue? Collecting { get; set; }

    public void Wait(Delivery delivery) => _waiting.Enqueue(delivery);

    /// <summary>Puts back what was taken before its turn, in front of everything that waits.</summary>
    public void PutBack(Delivery delivery) => _waiting.Push(delivery);

    public Delivery? Take() => _waiting.Dequeue();
}
