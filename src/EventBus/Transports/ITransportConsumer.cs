namespace EventBus.Transports;

/// <summary>One member of a group: hands out the events of the partitions assigned to it and takes their settlements.</summary>
/// <remarks>
/// <para>
/// The runner has at most one <see cref="ReceiveAsync"/> under way. While it makes none (back-pressure), the member stays in the
/// group: heartbeats and revocations are the transport's own business and go on.
/// </para>
/// <para>
/// The transport never hands out an event again while its assignment lasts, settled or not: retrying is the runner's. An event
/// that was not settled when its assignment ended comes again to whoever is assigned the partition next.
/// </para>
/// <para>
/// Disposing leaves the group: what was settled is written, what was not is released, partitions move to other members at once.
/// The runner has drained by then. Disposing again has no effect.
/// </para>
/// </remarks>
public interface ITransportConsumer : IAsyncDisposable
{
    /// <summary>Waits for events and takes those that are there; does not wait for the buffer to fill.</summary>
    /// <param name="buffer">Filled from its start. Events of one partition stand in their order.</param>
    /// <param name="cancellationToken">Ends the wait; no event is lost by it.</param>
    /// <returns>How many events were filled in, at least one.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    /// <exception cref="EventBusException">
    /// The connection is lost for good or the member was thrown out. The runner disposes this consumer and opens a new one.
    /// </exception>
    ValueTask<int> ReceiveAsync(Memory<ReceivedEvent> buffer, CancellationToken cancellationToken);

    /// <summary>
    /// Notes that an event is done with, so that the group moves on. Called from any thread, in any order, once an event; never
    /// waits: the transport writes settlements in the background, on idle, on release and on dispose.
    /// </summary>
    /// <remarks>
    /// A transport that knows only "everything up to here" keeps the lowest unsettled offset.
    /// A settlement that comes after the assignment's end is fenced: it is ignored.
    /// </remarks>
    void Settle(PartitionAssignment assignment, Offset offset);

    /// <summary>
    /// Gives a revoked partition back: the runner has started nothing of it since <see cref="PartitionAssignment.Revoking"/>
    /// fired, and what was running has ended. The transport writes its settlements and lets it move. The runner knows a partition
    /// by its events only: one of which nothing has been handed out is never released, and can move at once.
    /// </summary>
    void Release(PartitionAssignment assignment);

    /// <summary>
    /// Notes that an attempt at an event has failed and that it will be tried again, so that the count and the first failure's time reach whoever
    /// handles it next, in <see cref="ReceivedEvent"/>, when this member dies or gives the partition back. Never waits.
    /// </summary>
    /// <param name="assignment">The event's assignment.</param>
    /// <param name="offset">Its place.</param>
    /// <param name="attempts">How many attempts have failed so far.</param>
    /// <param name="firstFailure">When the first one did.</param>
    /// <remarks>The default keeps nothing, for transports that have no place for it.</remarks>
    void NoteFailure(PartitionAssignment assignment, Offset offset, int attempts, DateTimeOffset firstFailure)
    {
    }

    /// <summary>
    /// Asks for no more events of a partition until further notice, while others go on. What has been received stays; the partition stays
    /// assigned.
    /// </summary>
    /// <param name="assignment">Which partition.</param>
    /// <param name="isPaused">Whether to pause it or to go on.</param>
    /// <returns>Whether the transport can do so. The default cannot: then the whole subscription pauses.</returns>
    bool TryPause(PartitionAssignment assignment, bool isPaused) => false;
}
