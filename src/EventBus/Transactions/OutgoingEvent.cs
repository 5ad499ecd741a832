namespace EventBus.Transactions;

/// <summary>An event that a handler has published and that is not stored yet.</summary>
/// <param name="Topic">Where it goes.</param>
/// <param name="Envelope">The event; it has its bytes.</param>
internal readonly record struct OutgoingEvent(string Topic, Envelope Envelope);
