using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Kafka.Ours;

/// <summary>What the chain makes of each event. Of no kind with it: its group would take them, too.</summary>
internal sealed record TurnedEvent(ReadOnlyMemory<byte> Data, string? Key) : IBytesEvent;
