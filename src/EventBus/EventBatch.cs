using System.Collections;
using EventBus.Consuming;

namespace EventBus;

/// <summary>The events that an <see cref="IBatchEventHandler{T}"/> handles at once, in their order within each key.</summary>
/// <typeparam name="T">The events' type.</typeparam>
public sealed class EventBatch<T> : IReadOnlyList<T>
{
    private readonly Delivery[] _deliveries;
    private readonly EventContext[] _contexts;

    internal EventBatch(Delivery[] deliveries)
    {
        _deliveries = deliveries;
        _contexts = Array.ConvertAll(deliveries, static delivery => new EventContext(delivery));
    }

    /// <summary>How many events there are; at least one.</summary>
    public int Count => _deliveries.Length;

    /// <summary>An event.</summary>
    public T this[int index] => (T)_contexts[index].Event;

    /// <summary>An event's metadata.</summary>
    public EventContext Context(int index) => _contexts[index];

    /// <summary>Fails one event: it is tried again, with its key's later events behind it, while the others are acknowledged.</summary>
    /// <param name="index">Which event.</param>
    /// <param name="cause">Why.</param>
    public void Fail(int index, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        _contexts[index].Delivery.Failure = cause;
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        foreach (var context in _contexts)
        {
            yield return (T)context.Event;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
