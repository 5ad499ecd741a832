namespace EventBus.Benchmarks.Races;

/// <summary>An event that is bytes already.</summary>
internal interface IBytesEvent
{
    ReadOnlyMemory<byte> Data { get; }
}
