using System.Runtime.CompilerServices;

namespace EventBus;

/// <summary>
/// Publishes events. The only way to publish, and the same object inside a handler and outside of one: an event that a
/// handler publishes carries the trace and, as its causation id, the id of the event that is being handled.
/// </summary>
/// <remarks>
/// Safe to use from any thread. The bus need not have been started to publish. What "stored" means is the transport's promise:
/// in memory, that the event is in the topic's log; on a broker, that the broker has acknowledged it.
/// </remarks>
public interface IEventPublisher
{
    /// <summary>Publishes one event, and completes when the transport has stored it.</summary>
    /// <typeparam name="T">The event's type, or a base of it; the event's own run-time type decides its contract.</typeparam>
    /// <param name="event">The event. It is passed on by reference where the transport does so: do not change it afterwards.</param>
    /// <param name="options">Key, id, headers, time and subject where they differ from the defaults.</param>
    /// <param name="cancellationToken">
    /// Gives up waiting for room or for the broker. An event may have been stored although the wait was given up.
    /// </param>
    /// <returns>Where the event went.</returns>
    /// <exception cref="EventBusException">The event's type is not in the catalogue.</exception>
    /// <exception cref="PublishException">The transport could not store the event.</exception>
    /// <exception cref="ObjectDisposedException">The bus has been disposed.</exception>
    ValueTask<Position> PublishAsync<T>(T @event, PublishOptions? options = null, CancellationToken cancellationToken = default)
        where T : notnull;

    /// <summary>Publishes several events, in their order within each topic, and completes when the transport has stored all of them.</summary>
    /// <typeparam name="T">The events' type, or a base of them; each event's own run-time type decides its contract.</typeparam>
    /// <param name="events">The events. They may belong to different contracts and topics.</param>
    /// <param name="options">Gives the options of each event; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up waiting for room or for the broker.</param>
    /// <returns>Where the events went, in the order of <paramref name="events"/>.</returns>
    /// <exception cref="EventBusException">A type is not in the catalogue. Nothing was published.</exception>
    /// <exception cref="PublishException">
    /// The transport could not store all of them; <see cref="PublishException.Stored"/> tells how many of the first it has. A batch over several
    /// topics is sent topic by topic, so that later events may be stored too.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The bus has been disposed.</exception>
    ValueTask<Position[]> PublishBatchAsync<T>(
        ReadOnlyMemory<T> events, Func<T, PublishOptions?>? options = null, CancellationToken cancellationToken = default)
        where T : notnull;

    /// <inheritdoc cref="PublishAsync{T}(T, PublishOptions?, CancellationToken)"/>
    sealed ValueTask<Position> PublishAsync<T>(T @event, CancellationToken cancellationToken)
        where T : notnull => PublishAsync(@event, null, cancellationToken);

    /// <inheritdoc cref="PublishBatchAsync{T}(ReadOnlyMemory{T}, Func{T, PublishOptions?}?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    sealed ValueTask<Position[]> PublishBatchAsync<T>(IEnumerable<T> events, CancellationToken cancellationToken = default)
        where T : notnull => PublishBatchAsync<T>(events as T[] ?? events.ToArray(), null, cancellationToken);
}
