using EventBus.Consuming;
using EventBus.Publishing;
using EventBus.Retry;
using EventBus.Transactions;
using EventBus.Transports;

namespace EventBus.DeadLetters;

/// <summary>
/// Writes a group's topic of dead letters, a log of what died and of what became of it, and its topic of returning events.
/// </summary>
/// <param name="group">The group's name.</param>
/// <param name="transport">Where the topics are.</param>
/// <param name="time">The clock.</param>
internal sealed class DeadLetterTopic(string group, Func<IEventTransport> transport, TimeProvider time)
{
    // A stack is worth little beyond this, and brokers limit the size of a message.
    private const int LongestText = 32_768;
    private const string SettlementType = "eventbus.dead-letter.settled";

    public string Group => group;

    public string Name { get; } = InternalTopics.DeadLetters(group);

    public IEventTransport Transport => transport();

    /// <summary>Stores an event as given up, untouched, with its cause beside it.</summary>
    public async ValueTask<LogEntry> AddDeadAsync(
        Delivery delivery, Exception cause, bool keepsKeyOrder, CancellationToken cancellationToken)
    {
        var history = delivery.History ?? new FailureHistory();
        var cause0 = cause is UndecodableException { InnerException: { } inner } ? inner : cause;
        var envelope = delivery.Received.Envelope;

        // What becomes of it has to stand behind it in its partition, or it could be trimmed before it: so an event without a key gets one here.
        var stored = envelope.WithKey(envelope.Key ?? $"{envelope.Id}").WithHeaders(InternalHeaders.With(
            envelope.Metadata.Headers,
            (InternalHeaders.Unkeyed, envelope.Key is null ? "true" : null),
            (InternalHeaders.State, nameof(DeadLetterState.Dead)),
            (InternalHeaders.Group, group),
            (InternalHeaders.Handler, delivery.HandlerName),
            (InternalHeaders.ExceptionType, cause0.GetType().FullName),
            (InternalHeaders.ExceptionMessage, Shorten(cause.Message)),
            (InternalHeaders.StackTrace, Shorten(cause.ToString())),
            (InternalHeaders.Attempts, InternalHeaders.Print(delivery.Attempt)),
            (InternalHeaders.Origin, delivery.Position.ToString()),
            (InternalHeaders.FirstFailure, InternalHeaders.Print(history.FirstFailure)),
            (InternalHeaders.LastFailure, InternalHeaders.Print(time.GetUtcNow())),
            (InternalHeaders.Redrives, InternalHeaders.Print(history.Redrives)),
            (InternalHeaders.Replaced, InternalHeaders.Print(history.ReplacedAt)),
            (InternalHeaders.Letter, history.Letter?.ToString()),
            (InternalHeaders.Place, history.Place?.ToString()),
            (InternalHeaders.KeyOrder, keepsKeyOrder ? "true" : null)));
        return new LogEntry(await Transport.AppendAsync(Name, stored, cancellationToken).ConfigureAwait(false), stored);
    }

    /// <summary>Stores an event behind a dead one of its key.</summary>
    public async ValueTask<Position> AddParkedAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var envelope = delivery.Received.Envelope;
        var stored = envelope.WithHeaders(InternalHeaders.With(
            envelope.Metadata.Headers,
            (InternalHeaders.State, nameof(DeadLetterState.Parked)),
            (InternalHeaders.Group, group),
            (InternalHeaders.Origin, delivery.Position.ToString()),
            (InternalHeaders.LastFailure, InternalHeaders.Print(time.GetUtcNow())),
            (InternalHeaders.KeyOrder, "true")));
        return await Transport.AppendAsync(Name, stored, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes down what became of a dead letter.</summary>
    /// <param name="letter">Which one.</param>
    /// <param name="key">The key that it is stored under: what became of it stands behind it in its partition.</param>
    /// <param name="state">What became of it.</param>
    /// <param name="reason">Why, or null.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask SettleAsync(
        Position letter, string key, DeadLetterState state, string? reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var metadata = new EventMetadata
        {
            Type = SettlementType,
            Source = "/eventbus",
            Headers = InternalHeaders.With(
                EventMetadata.NoHeaders,
                (InternalHeaders.State, state.ToString()),
                (InternalHeaders.Letter, letter.ToString()),
                (InternalHeaders.Reason, reason)),
        };
        var record = new Envelope(EventIds.New(now.UtcTicks), now, metadata, ReadOnlyMemory<byte>.Empty, key);
        await Transport.AppendAsync(Name, record, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends an event to the group alone.</summary>
    /// <param name="returning">The event.</param>
    /// <param name="outbox">Where it is stored with the settlement of the one that it takes the place of; null to store it at once.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask ReturnAsync(ReturningEvent returning, Outbox? outbox, CancellationToken cancellationToken) =>
        await (outbox ?? Transport).AppendAsync(InternalTopics.Returns(group), returning.Write(), cancellationToken).ConfigureAwait(false);

    private static string Shorten(string text) => text.Length <= LongestText ? text : text[..LongestText];
}
