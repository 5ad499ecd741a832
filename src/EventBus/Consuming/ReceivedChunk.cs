using EventBus.Transports;

namespace EventBus.Consuming;

/// <summary>
/// A part of the receive buffer: the transport writes events into it, and they stay there until they are settled, so that an
/// event is copied once. It is filled from its start and used again when nothing of it is in flight any more.
/// </summary>
internal sealed class ReceivedChunk
{
    /// <summary>How many events a chunk has room for. Few enough for a core's cache; more gain nothing.</summary>
    public const int Length = 128;

    public ReceivedEvent[] Events { get; } = new ReceivedEvent[Length];

    /// <summary>How many events have been received into the chunk.</summary>
    public int Used { get; set; }

    /// <summary>How many deliveries point into the chunk. Guarded by the dispatcher's lock.</summary>
    public int Live { get; set; }
}
