namespace EventBus.Transports;

/// <summary>
/// Carries envelopes: a set of named logs (topics), each split into partitions, which groups consume. One object a bus.
/// </summary>
/// <remarks>
/// <para>Every member may be called from any thread, many at once. The bus disposes the transport after its consumers.</para>
/// <para>
/// What only some transports can do stands in interfaces of its own, which the transport implements besides this one:
/// <see cref="ISeekableTransport"/>, <see cref="ILagTransport"/>. A caller asks with <c>is</c>; nothing throws for a lack.
/// </para>
/// <para>Connection troubles: a call waits and tries again within its own time-out, then throws <see cref="EventBusException"/>.</para>
/// </remarks>
public interface IEventTransport : IAsyncDisposable
{
    /// <summary>
    /// What carries the events, as traces and metrics tell it in <c>messaging.system</c>: <c>redis</c>, <c>kafka</c>. A transport that wraps
    /// another one passes that one's name on.
    /// </summary>
    /// <value>The default is <c>eventbus</c>, which is the in-memory transport's.</value>
    string Name => "eventbus";

    /// <summary>
    /// Makes sure that the broker is there and fit. Called when the bus starts, before anything else; publishing may come earlier.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="EventBusException">The broker could not be reached in time, or is not fit.</exception>
    /// <remarks>The default does nothing, for transports without a broker.</remarks>
    ValueTask ConnectAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>
    /// Appends one event to the partition of its key (any partition where it has none), behind whatever was appended to it before.
    /// </summary>
    /// <param name="topic">The topic; it is made if it is not there and the transport makes topics.</param>
    /// <param name="envelope">The event. Transports that carry bytes take them from <see cref="Envelope.WriteDataTo"/>.</param>
    /// <param name="cancellationToken">Gives up waiting for room or for an answer.</param>
    /// <returns>
    /// Completes when the event is as durable as the transport promises; then every group gets it. Waits while the log is full;
    /// never drops.
    /// </returns>
    /// <exception cref="PublishException">The event could not be stored, or it is not known whether it was.</exception>
    /// <exception cref="ObjectDisposedException">The transport has been disposed; waiting calls end so too.</exception>
    ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken);

    /// <summary>Appends several events in their order, with as few round trips as the transport can.</summary>
    /// <param name="topic">The topic of all of them.</param>
    /// <param name="envelopes">The events. The caller leaves them alone until the call has completed.</param>
    /// <param name="positions">Filled with the positions, of the same length as <paramref name="envelopes"/>.</param>
    /// <param name="cancellationToken">Gives up waiting for room or for an answer.</param>
    /// <exception cref="PublishException">Some were not stored: <see cref="PublishException.Stored"/> tells how many first ones were.</exception>
    ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken);

    /// <summary>
    /// Joins a group. On completion the group exists and has its start positions, so that no event appended from now on is
    /// missed; partitions may be assigned later.
    /// </summary>
    /// <exception cref="EventBusException">The broker refused or could not be reached in time.</exception>
    ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken);

    /// <summary>Reads a topic without a group; see <see cref="IEventLog.ReadAsync"/> for the meaning of the arguments.</summary>
    IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken);

    /// <summary>
    /// Tells that nobody needs what stands before a position in its partition any more, in a topic that keeps everything until then: those of
    /// the bus itself, whose names begin with <c>_eventbus.</c>. What goes, and when, is the transport's business.
    /// </summary>
    /// <param name="before">The first event that is still needed.</param>
    /// <param name="cancellationToken">Gives up waiting for an answer.</param>
    /// <remarks>The default does nothing, for transports whose topics are trimmed by their own settings.</remarks>
    ValueTask TrimAsync(Position before, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
