namespace EventBus.Transports;

/// <summary>An event as a consumer hands it out.</summary>
/// <param name="Assignment">The assignment that it belongs to, and settles with.</param>
/// <param name="Offset">Its place in the partition.</param>
/// <param name="Envelope">The event with its metadata.</param>
/// <param name="PreviousAttempts">How often the group is known to have started handling it before; 0 where the transport cannot tell.</param>
public readonly record struct ReceivedEvent(
    PartitionAssignment Assignment, Offset Offset, Envelope Envelope, int PreviousAttempts = 0);
