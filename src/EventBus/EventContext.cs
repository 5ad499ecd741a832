using EventBus.Consuming;

namespace EventBus;

/// <summary>
/// The event that is being handled, with its metadata. It belongs to one attempt: after the handler has ended its members throw,
/// for what stands behind them serves the next event. Copy what you need, or keep <see cref="Envelope"/>.
/// </summary>
public readonly struct EventContext : IEquatable<EventContext>
{
    private readonly Delivery? _delivery;
    private readonly int _lease;

    internal EventContext(Delivery delivery)
    {
        _delivery = delivery;
        _lease = delivery.Lease;
    }

    /// <summary>The event with all its metadata; an immutable copy that may be kept.</summary>
    public Envelope Envelope => Delivery.Received.Envelope;

    /// <summary>The event itself.</summary>
    public object Event => Delivery.Event;

    /// <summary>The event's id.</summary>
    public EventIdentity Id => Delivery.Received.Envelope.Id;

    /// <summary>The event's contract name.</summary>
    public string Type => Delivery.Received.Envelope.Type;

    /// <summary>When the event happened, in UTC.</summary>
    public DateTimeOffset Time => Delivery.Received.Envelope.Time;

    /// <summary>The event's key, or null.</summary>
    public string? Key => Delivery.Received.Envelope.Key;

    /// <summary>The application's headers; never null.</summary>
    public IReadOnlyDictionary<string, string> Headers => Delivery.Received.Envelope.Metadata.Headers;

    /// <summary>Where the event stands in its topic.</summary>
    public Position Position => Delivery.Position;

    /// <summary>The name of the subscription that handles the event.</summary>
    public string Subscription => Delivery.Subscription;

    /// <summary>
    /// Which attempt at handling the event this is, from 1. It is counted on across restarts and other members where the transport can keep the
    /// count, and from 1 again after a redrive.
    /// </summary>
    public int Attempt => Delivery.Attempt;

    /// <summary>When the first of the attempts failed; null at the first one.</summary>
    public DateTimeOffset? FirstFailure => Delivery.History?.FirstFailure;

    /// <summary>How often the event has been a dead letter and was redriven.</summary>
    public int Redrives => Delivery.History?.Redrives ?? 0;

    /// <summary>
    /// The services of this attempt: a scope of its own where the subscription has scoped handlers or middleware asked for it, and
    /// the application's root services otherwise.
    /// </summary>
    public IServiceProvider Services => Delivery.Services;

    internal Delivery Delivery => _delivery is { } delivery && delivery.Lease == _lease
        ? delivery
        : throw new InvalidOperationException(
            "This EventContext was used after its handler had ended. Copy what you need while handling, or keep context.Envelope.");

    /// <inheritdoc/>
    public bool Equals(EventContext other) => ReferenceEquals(_delivery, other._delivery) && _lease == other._lease;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EventContext other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_delivery, _lease);

    /// <summary>Whether both are the same attempt at the same event.</summary>
    public static bool operator ==(EventContext left, EventContext right) => left.Equals(right);

    /// <summary>Whether they are different.</summary>
    public static bool operator !=(EventContext left, EventContext right) => !left.Equals(right);
}
