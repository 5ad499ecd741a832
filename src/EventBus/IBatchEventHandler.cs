namespace EventBus;

/// <summary>Handles several events of one type at once, for a subscription.</summary>
/// <typeparam name="T">The type of the events.</typeparam>
public interface IBatchEventHandler<T>
{
    /// <summary>Handles a batch. The events of one key stand in it in their order.</summary>
    /// <param name="batch">One event or more; never more than the subscription's batch size. Not to be used after the call.</param>
    /// <param name="cancellationToken">The subscription's stop token, as in <see cref="IEventHandler{T}"/>.</param>
    /// <remarks>
    /// Returning acknowledges every event but those given to <see cref="EventBatch{T}.Fail"/>. Throwing tells nothing about
    /// which event is at fault, so each event of the batch is then handled again in a batch of its own; one that throws
    /// there fails alone.
    /// </remarks>
    ValueTask HandleAsync(EventBatch<T> batch, CancellationToken cancellationToken);
}
