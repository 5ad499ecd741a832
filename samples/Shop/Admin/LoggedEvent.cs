using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventBus;

namespace Shop.Admin;

/// <summary>An event as <c>GET /admin/topics/{topic}/events</c> shows it.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Contract">Its contract name.</param>
/// <param name="Key">Its key.</param>
/// <param name="CausationId">The event that it stems from, or null.</param>
/// <param name="Event">The event itself.</param>
internal sealed record LoggedEvent(Position Position, string Contract, string? Key, EventIdentity? CausationId, JsonNode? Event)
{
    public static LoggedEvent Of(LogEntry entry)
    {
        var data = new ArrayBufferWriter<byte>();
        entry.Envelope.WriteDataTo(data);
        return new(entry.Position, entry.Envelope.Type, entry.Envelope.Key, entry.Envelope.Metadata.CausationId, Parse(data.WrittenSpan));
    }

    private static JsonNode? Parse(ReadOnlySpan<byte> data)
    {
        try
        {
            return JsonNode.Parse(data);
        }
        catch (JsonException)
        {
            return Convert.ToBase64String(data);
        }
    }
}
