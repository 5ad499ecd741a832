namespace EventBus;

/// <summary>Handles events of one type, of a base type or of an interface, for a subscription.</summary>
/// <typeparam name="T">The type of the events.</typeparam>
public interface IEventHandler<in T>
{
    /// <summary>Handles one event.</summary>
    /// <param name="event">The event. In memory it is the publisher's own object: do not change it.</param>
    /// <param name="context">The event's metadata. It belongs to this call and must not be used after it.</param>
    /// <param name="cancellationToken">
    /// The subscription's stop token. It fires when the bus stops and the time for draining is over: throw
    /// <see cref="OperationCanceledException"/> then, and the event comes again after the restart.
    /// </param>
    /// <remarks>
    /// Returning acknowledges the event. Throwing, an <see cref="OperationCanceledException"/> of any other token included, fails
    /// the attempt: the event is tried again, and later events of its key wait behind it.
    /// </remarks>
    ValueTask HandleAsync(T @event, EventContext context, CancellationToken cancellationToken);
}
