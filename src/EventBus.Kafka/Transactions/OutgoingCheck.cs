using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Publishing;
using EventBus.Kafka.Records;
using EventBus.Kafka.Topics;
using EventBus.Transactions;

namespace EventBus.Kafka.Transactions;

/// <summary>
/// Looks at what handlers publish before it is kept for a transaction: whether its topic is there, and whether it is small enough. What brokers
/// refuse all the same is remembered for a while: the same event, handled again, then fails where it is published, and is retried and dies as any other.
/// </summary>
/// <param name="connection">The cluster.</param>
/// <param name="topics">The topics, which are looked up or made at their first use.</param>
internal sealed class OutgoingCheck(KafkaConnection connection, TopicDirectory topics)
{
    private const string MessageBytes = "message.max.bytes";
    private const int DefaultMessageBytes = 1_000_000;

    // What a record has beside its parts, its own attributes included, at most.
    private const int Overhead = 256;
    private const int HeaderOverhead = 16;

    // Somebody may have given the right, or raised the bound.
    private static readonly TimeSpan s_memory = TimeSpan.FromMinutes(1);
    private readonly int _mostBytes = MostBytes(connection.Options);
    private readonly ConcurrentDictionary<string, Refusal> _refusals = new(StringComparer.Ordinal);
    private volatile bool _hasRefusals;

    /// <inheritdoc cref="ITransactionalConsumer.CheckAsync"/>
    public ValueTask CheckAsync(in OutgoingEvent outgoing, CancellationToken cancellationToken)
    {
        if (Refuse(in outgoing) is { } code)
        {
            var report = Report.NotTaken(code);
            return ValueTask.FromException(PublishFailure.Of(in report).ToException(outgoing.Topic));
        }

        return topics.TryGetPartitions(outgoing.Topic, out _) ? ValueTask.CompletedTask : FindAsync(outgoing.Topic, cancellationToken);
    }

    /// <summary>Remembers what was refused.</summary>
    public void Learn(RefusedEvent refused)
    {
        if (refused.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition)
        {
            // Looked up, and perhaps made, before the next event.
            topics.Forget(refused.Event.Topic);
            return;
        }

        var isSize = refused.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge;
        _hasRefusals = true;
        _refusals[refused.Event.Topic] = new Refusal(refused.Code, isSize ? SizeOf(refused.Event.Envelope) : 0, connection.Time.GetTimestamp());
    }

    private ErrorCode? Refuse(in OutgoingEvent outgoing)
    {
        if (!_hasRefusals && outgoing.Envelope.Data.Length < _mostBytes / 2 && outgoing.Envelope.Metadata.Headers.Count == 0)
        {
            return null;
        }

        var size = SizeOf(outgoing.Envelope);
        if (size > _mostBytes)
        {
            return ErrorCode.MsgSizeTooLarge;
        }

        return _refusals.TryGetValue(outgoing.Topic, out var refusal) && size >= refusal.FromSize
            && connection.Time.GetElapsedTime(refusal.Since) < s_memory ? refusal.Code : null;
    }

    private async ValueTask FindAsync(string topic, CancellationToken cancellationToken)
    {
        try
        {
            await topics.GetPartitionsAsync(topic, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is EventBusException or ClusterException)
        {
            var isOutage = exception is EventBusException told ? ClusterErrors.IsOutage(told) : ClusterErrors.IsOutage(((ClusterException)exception).Error.Code);
            throw PublishFailure.NoTopic(exception, isOutage).ToException(topic);
        }
    }

    // As the library counts it, or a little more.
    private static int SizeOf(Envelope envelope)
    {
        var metadata = envelope.Metadata;
        var size = Overhead + envelope.Data.Length + LengthOf(envelope.Key) + LengthOf(metadata.Source) + LengthOf(metadata.Type)
            + LengthOf(metadata.DataSchema) + LengthOf(metadata.DataContentType) + LengthOf(metadata.Subject) + LengthOf(metadata.TraceParent)
            + LengthOf(metadata.TraceState) + LengthOf(envelope.Id.ToString(null, CultureInfo.InvariantCulture));
        foreach (var (name, value) in metadata.Headers)
        {
            size += HeaderOverhead + LengthOf(name) + RecordHeaders.Escape.Length + LengthOf(value);
        }

        return size;
    }

    private static int LengthOf(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);

    private static int MostBytes(KafkaOptions options) =>
        ClientProperties.OfProducer(options).TryGetValue(MessageBytes, out var set) && int.TryParse(set, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : DefaultMessageBytes;

    /// <summary>What brokers have refused.</summary>
    private sealed record Refusal(ErrorCode Code, int FromSize, long Since);
}
