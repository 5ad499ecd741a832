using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventBus.Catalog;

namespace EventBus.Redis.Entries;

/// <summary>Writes an envelope's attributes. What all events of a contract have in common is written once and copied from then on.</summary>
internal sealed class EntryWriter
{
    private const int GuidLength = 36;
    private const int TimeLength = 28;
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private readonly ConcurrentDictionary<EventDefinition, byte[]> _prefixes = new();

    /// <summary>Writes the attributes as a JSON object, headers excepted.</summary>
    public void WriteAttributes(in Envelope envelope, EntryFrame frame)
    {
        var metadata = envelope.Metadata;
        frame.Write(PrefixOf(metadata));
        frame.Write(",\"id\":\""u8);
        WriteId(envelope.Id, frame);
        frame.Write(",\"time\":\""u8);
        envelope.Time.UtcDateTime.TryFormat(frame.GetSpan(TimeLength), out var written, "O", null);
        frame.Advance(written);
        frame.Write("\""u8);
        WriteOptional(",\"partitionkey\":"u8, envelope.Key, frame);
        WriteOptional(",\"subject\":"u8, metadata.Subject, frame);
        WriteOptional(",\"traceparent\":"u8, metadata.TraceParent, frame);
        WriteOptional(",\"tracestate\":"u8, metadata.TraceState, frame);
        WriteOptional(",\"causationid\":"u8, metadata.CausationId?.ToString(null, null), frame);
        frame.Write("}"u8);
    }

    private byte[] PrefixOf(EventMetadata metadata)
    {
        // An event that came from elsewhere may have the contract and another source.
        if (metadata.Definition is not { } definition || !ReferenceEquals(metadata.Source, definition.Metadata.Source)
            || !ReferenceEquals(metadata.Type, definition.Metadata.Type) || !ReferenceEquals(metadata.DataSchema, definition.Metadata.DataSchema)
            || !ReferenceEquals(metadata.DataContentType, definition.Metadata.DataContentType))
        {
            return MakePrefix(metadata);
        }

        return _prefixes.TryGetValue(definition, out var known)
            ? known
            : _prefixes.GetOrAdd(definition, static definition => MakePrefix(definition.Metadata));
    }

    // The object is left open.
    private static byte[] MakePrefix(EventMetadata metadata)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_json))
        {
            var isShort = metadata is { DataContentType: not null, DataSchema: not null };
            writer.WriteStartObject();
            if (!isShort)
            {
                writer.WriteString(EntryFields.SpecVersion, "1.0");
            }

            writer.WriteString(EntryFields.Type, metadata.Type);
            writer.WriteString(EntryFields.Source, metadata.Source);
            if (metadata.DataContentType is { } contentType && !(isShort && contentType == EntryFields.DefaultContentType))
            {
                writer.WriteString(EntryFields.ContentType, contentType);
            }

            if (metadata.DataSchema is { } schema && !(isShort && schema == EntryFields.DefaultSchema(metadata.Type)))
            {
                writer.WriteString(EntryFields.Schema, schema);
            }
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteId(EventIdentity id, EntryFrame frame)
    {
        if (id.TryGetGuid(out var guid))
        {
            guid.TryFormat(frame.GetSpan(GuidLength), out var written);
            frame.Advance(written);
        }
        else
        {
            WriteEscaped(id.ToString(null, null), frame);
        }

        frame.Write("\""u8);
    }

    private static void WriteOptional(ReadOnlySpan<byte> name, string? value, EntryFrame frame)
    {
        if (value is not null)
        {
            frame.Write(name);
            frame.Write("\""u8);
            WriteEscaped(value, frame);
            frame.Write("\""u8);
        }
    }

    private static void WriteEscaped(string value, EntryFrame frame)
    {
        if (value.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 && !value.AsSpan().ContainsAny('"', '\\'))
        {
            frame.Advance(Encoding.ASCII.GetBytes(value, frame.GetSpan(value.Length)));
            return;
        }

        var encoded = JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        frame.Write(encoded.EncodedUtf8Bytes);
    }
}
