namespace EventBus.Idempotency;

/// <summary>What an application takes for the identity of an event, in place of its id.</summary>
internal abstract class IdempotencySelector(Type eventType)
{
    /// <summary>The type of the events, or a base of them.</summary>
    public Type EventType { get; } = eventType;

    public abstract string? Select(object value);
}

/// <inheritdoc/>
internal sealed class IdempotencySelector<TEvent>(Func<TEvent, string> key) : IdempotencySelector(typeof(TEvent))
{
    public override string? Select(object value) => key((TEvent)value);
}
