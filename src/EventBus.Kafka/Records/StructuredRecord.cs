using System.Buffers.Text;
using System.Text.Json;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Records;

/// <summary>A record in the structured mode of CloudEvents: attributes and data in one JSON object.</summary>
/// <seealso href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md"/>
internal static unsafe class StructuredRecord
{
    private const string Data = "data";
    private const string Base64Data = "data_base64";

    /// <summary>Makes an envelope; null where the value is no JSON object with an event's type.</summary>
    public static Envelope? Read(NativeMessage* message, string topic, in RecordAttributes attributes)
    {
        try
        {
            using var json = JsonDocument.Parse(message->ValueBytes.ToArray());
            return json.RootElement.ValueKind == JsonValueKind.Object && Text(json.RootElement, RecordHeaders.Type) is { Length: > 0 } type
                ? Read(message, topic, in attributes, json.RootElement, type)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Envelope Read(
        NativeMessage* message, string topic, in RecordAttributes attributes, JsonElement json, string type)
    {
        var contentType = Text(json, RecordHeaders.ContentType) ?? "application/json";
        var metadata = new EventMetadata
        {
            Type = type,
            Source = Text(json, RecordHeaders.Source) ?? "/",
            Subject = Text(json, RecordHeaders.Subject),
            DataContentType = contentType,
            DataSchema = Text(json, RecordHeaders.Schema),
            TraceParent = Text(json, RecordHeaders.TraceParent),
            TraceState = Text(json, RecordHeaders.TraceState),
            CausationId = Text(json, RecordHeaders.CausationId) is { Length: > 0 } cause ? new EventIdentity(cause) : (EventIdentity?)null,
            Headers = HeadersOf(json, in attributes),
        };
        var id = Text(json, RecordHeaders.Id);
        var time = json.TryGetProperty(RecordHeaders.Time, out var at) && at.ValueKind == JsonValueKind.String
            && at.TryGetDateTimeOffset(out var parsed) ? parsed : RecordReader.TimeOf(message);
        return new Envelope(
            string.IsNullOrEmpty(id) ? RecordReader.IdOf(message, topic) : new EventIdentity(id),
            time,
            metadata,
            DataOf(json, contentType),
            RecordReader.KeyOf(message) ?? Text(json, RecordHeaders.Key));
    }

    // Data that is said to be JSON is a value of it; other data is text in a string.
    private static byte[] DataOf(JsonElement json, string contentType)
    {
        if (json.TryGetProperty(Base64Data, out var encoded) && encoded.ValueKind == JsonValueKind.String)
        {
            return encoded.GetBytesFromBase64();
        }

        if (!json.TryGetProperty(Data, out var data))
        {
            return [];
        }

        return System.Text.Encoding.UTF8.GetBytes(
            data.ValueKind == JsonValueKind.String && !IsJson(contentType) ? data.GetString()! : data.GetRawText());
    }

    private static bool IsJson(string contentType)
    {
        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        var type = (end < 0 ? contentType : contentType[..end]).Trim();
        return type.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    // The record's own, and attributes that the bus does not know.
    private static IReadOnlyDictionary<string, string> HeadersOf(JsonElement json, in RecordAttributes attributes)
    {
        var headers = new Dictionary<string, string>(attributes.ReadHeaders(), StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            if (!IsKnown(property.Name) && Text(property.Value) is { } value)
            {
                headers[property.Name] = value;
            }
        }

        return headers.Count == 0 ? EventMetadata.NoHeaders : headers;
    }

    private static bool IsKnown(string name) => name is RecordHeaders.Id or RecordHeaders.Type or RecordHeaders.Source or RecordHeaders.SpecVersion
        or RecordHeaders.Time or RecordHeaders.Subject or RecordHeaders.ContentType or RecordHeaders.Schema or RecordHeaders.Key
        or RecordHeaders.TraceParent or RecordHeaders.TraceState or RecordHeaders.CausationId or Data or Base64Data;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => value.GetRawText(),
    };
}
