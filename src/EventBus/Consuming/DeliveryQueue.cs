namespace EventBus.Consuming;

/// <summary>A queue of deliveries linked through <see cref="Delivery.Next"/>: no allocation for an event.</summary>
internal struct DeliveryQueue
{
    private Delivery? _head;
    private Delivery? _tail;

    public int Count { get; private set; }

    public readonly Delivery? First => _head;

    public void Enqueue(Delivery delivery)
    {
        delivery.Next = null;
        if (_tail is null)
        {
            _head = delivery;
        }
        else
        {
            _tail.Next = delivery;
        }

        _tail = delivery;
        Count++;
    }

    /// <summary>Adds at the front.</summary>
    public void Push(Delivery delivery)
    {
        delivery.Next = _head;
        _head = delivery;
        _tail ??= delivery;
        Count++;
    }

    public Delivery? Dequeue()
    {
        var delivery = _head;
        if (delivery is null)
        {
            return null;
        }

        _head = delivery.Next;
        delivery.Next = null;
        if (_head is null)
        {
            _tail = null;
        }

        Count--;
        return delivery;
    }
}
