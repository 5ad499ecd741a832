namespace EventBus.Benchmarks.Kafka.Raw;

/// <summary>How the client alone is used.</summary>
/// <param name="HasHeaders">Whether its events have a key and the headers of the bus's events, by which a reader can tell what it has got.</param>
/// <param name="IsTuned">Whether its consumer is tuned, as few know to do it: a short back-off of a full queue, and an offset stored now and then.</param>
internal sealed record RawShape(bool HasHeaders, bool IsTuned);
