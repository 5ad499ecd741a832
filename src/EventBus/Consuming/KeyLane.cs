namespace EventBus.Consuming;

/// <summary>
/// The events of one key that wait while earlier ones of it are running, retried or collected for a batch. Invariant: whoever
/// holds a lane is the only one of its key with a handler, so that two events of a key are never handled at once (G2).
/// </summary>
internal sealed class KeyLane
{
    private DeliveryQueue _waiting;
    private Queue<LeftEvent>? _left;

    public string Key { get; set; } = string.Empty;

    /// <summary>How many deliveries hold the lane together: those of one batch, or one.</summary>
    public int Holders { get; set; }

    /// <summary>The batch that has the holders and still takes more; null when it has been taken, and outside of batches.</summary>
    public BatchQueue? Collecting { get; set; }

    /// <summary>Whether what the lane waits for is another attempt.</summary>
    public bool IsRetrying { get; set; }

    /// <summary>
    /// Whether events behind those that wait were left on the transport. Then all later ones are: they come back in their order.
    /// </summary>
    public bool HasLeft => _left is { Count: > 0 };

    /// <summary>The events that were left on the transport.</summary>
    public IReadOnlyCollection<LeftEvent> Left => _left ?? [];

    public void Leave(LeftEvent left) => (_left ??= new Queue<LeftEvent>()).Enqueue(left);

    /// <summary>Leaves events that come before those that were left already.</summary>
    public void LeaveFirst(List<LeftEvent> first) => _left = new Queue<LeftEvent>([.. first, .. Left]);

    /// <summary>Takes the first of the events that were left; they have been fetched.</summary>
    public void Fetched(int count)
    {
        for (; count > 0; count--)
        {
            _left!.Dequeue();
        }
    }

    /// <summary>Whether nothing waits in memory.</summary>
    public bool IsEmpty => _waiting.First is null;

    public void Wait(Delivery delivery) => _waiting.Enqueue(delivery);

    /// <summary>Puts back what was taken before its turn, in front of everything that waits.</summary>
    public void PutBack(Delivery delivery) => _waiting.Push(delivery);

    public Delivery? Take() => _waiting.Dequeue();
}
