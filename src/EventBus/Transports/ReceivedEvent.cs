namespace EventBus.Transports;

/// <summary>An event as a consumer hands it out.</summary>
/// <param name="Assignment">The assignment that it belongs to, and settles with.</param>
/// <param name="Offset">Its place in the partition.</param>
/// <param name="Envelope">The event with its metadata.</param>
/// <param name="PreviousAttempts">How often the group is known to have handled it before, and failed; 0 where the transport cannot tell.</param>
public readonly record struct ReceivedEvent(
    PartitionAssignment Assignment, Offset Offset, Envelope Envelope, int PreviousAttempts = 0)
{
    // Not a nullable time, which would be three times as long in a structure that is copied for each event.
    private readonly long _firstFailureTicks;

    /// <summary>When the first of those attempts failed; null where there was none or the transport cannot tell.</summary>
    /// <seealso cref="ITransportConsumer.NoteFailure"/>
    public DateTimeOffset? FirstFailure
    {
        get => _firstFailureTicks == 0 ? null : new DateTimeOffset(_firstFailureTicks, TimeSpan.Zero);
        init => _firstFailureTicks = value?.UtcTicks ?? 0;
    }
}
