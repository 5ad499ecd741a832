using System.Text.Json;

namespace UserActivity.Events;

/// <summary>What <c>POST /events/generate</c> is given, before anybody has looked at it: a member may be missing, or anything.</summary>
internal sealed class PostedEvent
{
    private static readonly JsonElement NoPayload = JsonElement.Parse("{}");

    public JsonElement UserId { get; init; }

    public JsonElement EventType { get; init; }

    public JsonElement Payload { get; init; }

    /// <summary>Everything that is wrong with it, in the order of its members.</summary>
    public IReadOnlyList<string> Mistakes()
    {
        var mistakes = ActivityRules.Mistakes(TextOf(UserId), TextOf(EventType)).ToList();
        if (Payload.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined))
        {
            mistakes.Add("payload must be an object");
        }

        return mistakes;
    }

    /// <summary>Makes the event of it, which happens now. Only for what has no mistakes.</summary>
    public ActivityEvent ToEvent(Guid id, DateTimeOffset now) =>
        new(id.ToString(), TextOf(UserId)!, TextOf(EventType)!, now, Payload.ValueKind == JsonValueKind.Object ? Payload : NoPayload);

    private static string? TextOf(JsonElement json)
    {
        try
        {
            return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair: valid JSON, and no text.
            return null;
        }
    }
}
