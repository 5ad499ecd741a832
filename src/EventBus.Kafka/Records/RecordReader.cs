using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Records;

/// <summary>
/// Makes envelopes of records, in the binary and the structured mode of CloudEvents, and of other people's records. Events that have their attributes but
/// id, time and key in common share the object for them. For one reader at a time.
/// </summary>
/// <param name="foreignTopics">The contract of records without attributes, by topic; see <see cref="KafkaOptions.ForeignTopics"/>.</param>
internal sealed unsafe class RecordReader(IDictionary<string, string> foreignTopics)
{
    private const int GuidLength = 36;
    private readonly SharedMetadata _shared = new();

    /// <summary>Makes an envelope of a record; of one that is no event one that no handler can decode. Copies what it takes.</summary>
    /// <param name="message">A record without an error.</param>
    /// <param name="topic">The bus's name of its topic.</param>
    public Envelope Read(NativeMessage* message, string topic)
    {
        TryRead(message, topic, types: null, out var envelope);
        return envelope;
    }

    /// <summary>Makes an envelope of a record, unless it is of a type that is not wanted; then nothing is copied.</summary>
    /// <param name="message">A record without an error.</param>
    /// <param name="topic">The bus's name of its topic.</param>
    /// <param name="types">The wanted contract names; null for all. What is no event is always wanted.</param>
    /// <param name="envelope">The event.</param>
    /// <returns>Whether it is wanted.</returns>
    public bool TryRead(NativeMessage* message, string topic, IReadOnlySet<string>? types, out Envelope envelope)
    {
        var attributes = new RecordAttributes(message);
        if (attributes.Type.Length == 0)
        {
            envelope = attributes.IsStructured && StructuredRecord.Read(message, topic, in attributes) is { } structured
                ? structured
                : ForeignRecord.Read(message, topic, in attributes, foreignTopics);
            return types is null || envelope.Type == Transports.ForeignEvents.Type || types.Contains(envelope.Type);
        }

        var metadata = _shared.Get(attributes.Type, attributes.Source, attributes.Schema, attributes.ContentType);
        if (types is not null && !types.Contains(metadata.Type))
        {
            envelope = default;
            return false;
        }

        if (attributes.HasOwn)
        {
            metadata = metadata with
            {
                Subject = attributes.Subject.Text,
                TraceParent = attributes.TraceParent.Text,
                TraceState = attributes.TraceState.Text,
                CausationId = attributes.CausationId.Length > 0 ? ReadId(attributes.CausationId.Span) : (EventIdentity?)null,
                Headers = attributes.ReadHeaders(),
            };
        }

        envelope = new Envelope(
            attributes.Id.Length > 0 ? ReadId(attributes.Id.Span) : IdOf(message, topic),
            ReadTime(attributes.Time.Span) ?? TimeOf(message),
            metadata,
            message->ValueBytes.ToArray(),
            KeyOf(message) ?? attributes.Key.Text);
        return true;
    }

    /// <summary>The id of a record that has none: its place.</summary>
    public static EventIdentity IdOf(NativeMessage* message, string topic) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{topic}/{message->Partition}@{message->Offset}"));

    /// <summary>When a record was made, or stored, as its topic has it.</summary>
    public static DateTimeOffset TimeOf(NativeMessage* message)
    {
        int kind;
        var milliseconds = Librdkafka.TimestampOf(message, &kind);
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, milliseconds));
    }

    /// <summary>A record's key as text; one that is no text as its bytes, in hexadecimal digits.</summary>
    public static string? KeyOf(NativeMessage* message)
    {
        if (message->Key is null)
        {
            return null;
        }

        var key = message->KeyBytes;
        return Utf8.IsValid(key) ? Encoding.UTF8.GetString(key) : "0x" + Convert.ToHexStringLower(key);
    }

    /// <summary>A time by RFC 3339; null where it is none.</summary>
    public static DateTimeOffset? ReadTime(ReadOnlySpan<byte> text)
    {
        if (Utf8Parser.TryParse(text, out DateTimeOffset exact, out var used, 'O') && used == text.Length)
        {
            return exact;
        }

        return DateTimeOffset.TryParse(
            Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time : null;
    }

    private static EventIdentity ReadId(ReadOnlySpan<byte> text) =>
        text.Length == GuidLength && Utf8Parser.TryParse(text, out Guid guid, out var used) && used == GuidLength
        && text.IndexOfAnyInRange((byte)'A', (byte)'F') < 0
            ? new EventIdentity(guid)
            : new EventIdentity(Encoding.UTF8.GetString(text));
}
