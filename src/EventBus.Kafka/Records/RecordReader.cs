using EventBus.Kafka.Native;

namespace EventBus.Kafka.Records;

/// <summary>
/// Makes envelopes of records, in the binary and the structured mode of CloudEvents, and of other people's records. Events that have their attributes but
/// id, time and key in common share the object for them. For one reader at a time.
/// </summary>
/// <param name="foreignTopics">The contract of records without attributes, by topic; see <see cref="KafkaOptions.ForeignTopics"/>.</param>
internal sealed unsafe class RecordReader(IDictionary<string, string> foreignTopics)
{
    private readonly IDictionary<string, string> _foreignTopics = foreignTopics;

    /// <summary>Makes an envelope of a record; of one that is no event one that no handler can decode. Copies what it takes.</summary>
    /// <param name="message">A record without an error.</param>
    /// <param name="topic">The bus's name of its topic.</param>
    public Envelope Read(NativeMessage* message, string topic)
    {
        TryRead(message, topic, types: null, out var envelope);
        return envelope;
    }

    /// <summary>Makes an envelope of a record, unless it is of a type that is not wanted; that costs next to nothing.</summary>
    /// <param name="message">A record without an error.</param>
    /// <param name="topic">The bus's name of its topic.</param>
    /// <param name="types">The wanted contract names; null for all. What is no event is always wanted.</param>
    /// <param name="envelope">The event.</param>
    /// <returns>Whether it is wanted.</returns>
    public bool TryRead(NativeMessage* message, string topic, IReadOnlySet<string>? types, out Envelope envelope) =>
        throw new NotSupportedException($"{_foreignTopics.Count}: to come.");
}
