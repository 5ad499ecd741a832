using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using EventBus.Transports;
using StackExchange.Redis;

namespace EventBus.Redis.Entries;

/// <summary>An entry that somebody else wrote and that has no event's fields: it is handed out with all that it has, and ends as a dead letter.</summary>
internal static class ForeignEntry
{
    public static Envelope ToEnvelope(string stream, Offset offset, NameValueEntry[] fields)
    {
        var data = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(data))
        {
            writer.WriteStartObject();
            foreach (var field in fields)
            {
                Write(writer, (string)field.Name!, ((ReadOnlyMemory<byte>)field.Value).Span);
            }

            writer.WriteEndObject();
        }

        var metadata = new EventMetadata
        {
            Type = ForeignEvents.Type,
            Source = Uri.EscapeDataString(stream),
            DataContentType = "application/json",
        };
        return new Envelope(
            new EventIdentity($"{stream}@{EntryId.Print(offset)}"), EntryId.TimeOf(offset), metadata, data.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter writer, string name, ReadOnlySpan<byte> value)
    {
        if (Utf8.IsValid(value))
        {
            writer.WriteString(name, value);
        }
        else
        {
            writer.WriteBase64String(name + ";base64", value);
        }
    }
}
