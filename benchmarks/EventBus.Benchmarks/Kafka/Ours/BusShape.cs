namespace EventBus.Benchmarks.Kafka.Ours;

/// <summary>How the bus is used; everything else is by its defaults.</summary>
/// <param name="Concurrency">How many events its group handles at once.</param>
/// <param name="Batch">How many events are published by one call.</param>
internal sealed record BusShape(int Concurrency = 1, int Batch = 1);
