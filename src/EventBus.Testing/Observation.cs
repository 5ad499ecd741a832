namespace EventBus.Testing;

/// <summary>Something that a harness saw happen to an event.</summary>
/// <typeparam name="TEvent">The event's type, or a base of it.</typeparam>
/// <param name="Event">The event.</param>
/// <param name="Envelope">The event with its metadata.</param>
/// <param name="Position">Where it was published.</param>
/// <param name="Subscription">Whose handlers had it; null where it was published.</param>
/// <param name="Attempt">Which attempt of the subscription's it was, from 1; 0 where it was published.</param>
/// <param name="Exception">What the attempt failed with or, of a retry, the attempt before; null where nothing failed.</param>
public sealed record Observation<TEvent>(
    TEvent Event, Envelope Envelope, Position Position, string? Subscription = null, int Attempt = 0, Exception? Exception = null);
