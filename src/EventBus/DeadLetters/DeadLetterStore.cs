using System.Buffers;
using System.Runtime.CompilerServices;
using EventBus.Catalog;
using EventBus.Consuming;
using EventBus.Diagnostics;
using EventBus.Hosting;
using EventBus.Retry;
using Microsoft.Extensions.Logging;

namespace EventBus.DeadLetters;

/// <inheritdoc cref="IDeadLetters"/>
internal sealed class DeadLetterStore(Bus bus, EventCatalog catalog, TimeProvider time, ILoggerFactory loggers) : IDeadLetters
{
    private readonly ILogger _log = loggers.CreateLogger("EventBus.DeadLetters");

    public async IAsyncEnumerable<DeadLetter> ReadAsync(
        string subscription, DeadLetterQuery? query = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reader = new DeadLetterReader(TopicOf(subscription));
        var letters = DeadLetterSelection.Of(await reader.IndexAsync(cancellationToken).ConfigureAwait(false), query ?? new DeadLetterQuery());
        await foreach (var letter in reader.ReadAsync(letters, cancellationToken).ConfigureAwait(false))
        {
            yield return letter.With(catalog.DecodedOrBytes(letter.Envelope));
        }
    }

    public async ValueTask<int> CountAsync(
        string subscription, DeadLetterQuery? query = null, CancellationToken cancellationToken = default)
    {
        var index = await new DeadLetterReader(TopicOf(subscription)).IndexAsync(cancellationToken).ConfigureAwait(false);
        return DeadLetterSelection.Of(index, query ?? new DeadLetterQuery()).Count;
    }

    public async ValueTask<int> RedriveAsync(
        string subscription,
        DeadLetterQuery query,
        Func<DeadLetter, object?>? replace = null,
        int? maxPerSecond = null,
        IProgress<DeadLetter>? progress = null,
        CancellationToken cancellationToken = default)
    {
        CheckOpen(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPerSecond ?? 1, 1, nameof(maxPerSecond));
        var topic = TopicOf(subscription);
        var pace = new Pace(maxPerSecond, time);
        var count = 0;
        await foreach (var letter in ReadAsync(subscription, query with { IncludeParked = false }, cancellationToken).ConfigureAwait(false))
        {
            await pace.WaitAsync(cancellationToken).ConfigureAwait(false);
            var replacement = replace?.Invoke(letter);
            var history = new FailureHistory
            {
                Redrives = letter.Redrives + 1,
                Origin = letter.Origin,
                Letter = letter.Position,
                Place = letter.Place,
                ReplacedAt = replacement is null ? letter.ReplacedAt : time.GetUtcNow(),
            };

            // Not cancelled between the two: what has been sent and is still dead would be sent again.
            await topic.ReturnAsync(new ReturningEvent(Mend(letter.Envelope, replacement), 0, null, history), outbox: null, cancellationToken).ConfigureAwait(false);
            await topic.SettleAsync(
                letter.Position, letter.StoredKey, DeadLetterState.Redriven, replacement is null ? null : "The data was replaced.",
                CancellationToken.None).ConfigureAwait(false);
            _log.Redriven(letter.Envelope.Id, letter.Envelope.Type, letter.Position, subscription, replacement is not null);
            count++;
            progress?.Report(letter);
        }

        await TrimAsync(topic, count, cancellationToken).ConfigureAwait(false);
        return count;
    }

    public async ValueTask<int> DiscardAsync(
        string subscription, DeadLetterQuery query, string reason, CancellationToken cancellationToken = default)
    {
        CheckOpen(query);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        var topic = TopicOf(subscription);
        var count = 0;
        await foreach (var letter in ReadAsync(subscription, query, cancellationToken).ConfigureAwait(false))
        {
            if (letter is { KeepsKeyOrder: true, Envelope.Key: not null })
            {
                // Its group sends on what waits behind it, and discards it itself should this process die before it has.
                var history = new FailureHistory { Letter = letter.Position, Place = letter.Place, Origin = letter.Origin, DiscardReason = reason };
                await topic.ReturnAsync(new ReturningEvent(letter.Envelope, 0, null, history), outbox: null, cancellationToken).ConfigureAwait(false);
            }

            await topic.SettleAsync(
                letter.Position, letter.StoredKey, DeadLetterState.Discarded, reason, CancellationToken.None).ConfigureAwait(false);
            _log.Discarded(letter.Envelope.Id, letter.Envelope.Type, letter.Position, subscription, reason);
            count++;
        }

        await TrimAsync(topic, count, cancellationToken).ConfigureAwait(false);
        return count;
    }

    private DeadLetterTopic TopicOf(string subscription)
    {
        ArgumentException.ThrowIfNullOrEmpty(subscription);
        return new DeadLetterTopic(subscription, () => bus.Transport, time);
    }

    private static void CheckOpen(DeadLetterQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Settled)
        {
            throw new ArgumentException("What has been redriven or discarded cannot be so again.", nameof(query));
        }
    }

    private Envelope Mend(in Envelope envelope, object? replacement)
    {
        switch (replacement)
        {
            case null:
                return envelope;
            case ReadOnlyMemory<byte> data:
                return envelope.WithData(data);
            case byte[] data:
                return envelope.WithData(data);
            default:
                var definition = catalog.Get(replacement.GetType());
                var buffer = new ArrayBufferWriter<byte>();
                definition.Serialize(replacement, buffer);
                return envelope.WithContract(definition.Metadata, buffer.WrittenMemory);
        }
    }

    // What stands before the first open letter of a partition is kept only as long as the transport wants to.
    private static async ValueTask TrimAsync(DeadLetterTopic topic, int settled, CancellationToken cancellationToken)
    {
        if (settled == 0)
        {
            return;
        }

        var index = await new DeadLetterReader(topic).IndexAsync(cancellationToken).ConfigureAwait(false);
        foreach (var needed in index.NeededFrom())
        {
            await topic.Transport.TrimAsync(needed, cancellationToken).ConfigureAwait(false);
        }
    }
}
