using EventBus.Transports;

namespace EventBus.Transactions;

/// <summary>
/// The ability to settle an event together with what was published for it. A transport that has it opens such a consumer where
/// <see cref="ConsumerRequest.IsTransactional"/> asks for it.
/// </summary>
internal interface ITransactionalConsumer : ITransportConsumer
{
    /// <summary>
    /// Looks whether an event can be stored, as far as that can be known before: so that what cannot be fails where it is published, and not in a
    /// transaction, which would fail again and again with all the others in it.
    /// </summary>
    /// <param name="outgoing">The event.</param>
    /// <param name="cancellationToken">Gives up looking.</param>
    /// <exception cref="PublishException">It cannot, or that could not be found out.</exception>
    ValueTask CheckAsync(in OutgoingEvent outgoing, CancellationToken cancellationToken);

    /// <summary>
    /// Notes that an event is done with, and what was published for it. The transport stores both or neither, whatever dies; readers see nothing of
    /// it before. Never waits: where the transport lags behind, <see cref="ITransportConsumer.ReceiveAsync"/> does.
    /// </summary>
    /// <param name="assignment">The event's assignment. After its end the whole call is ignored: the next owner has the event handled again.</param>
    /// <param name="offset">Its place.</param>
    /// <param name="published">In their order; nobody changes it any more.</param>
    void Settle(PartitionAssignment assignment, Offset offset, IReadOnlyList<OutgoingEvent> published);
}
