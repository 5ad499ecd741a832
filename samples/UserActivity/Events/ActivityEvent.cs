using System.Text.Json;

namespace UserActivity.Events;

/// <summary>What a user did, as it lies in the topic and in the answers.</summary>
/// <param name="EventId">Its identity: however often it arrives, it is processed once.</param>
/// <param name="UserId">The user: the key, so that one user's events stay in order.</param>
/// <param name="EventType">What it is, one of <see cref="ActivityRules.EventTypes"/>.</param>
/// <param name="Timestamp">When it happened, in UTC.</param>
/// <param name="Payload">What else there is to know; an event from elsewhere may have none.</param>
internal sealed record ActivityEvent(string EventId, string UserId, string EventType, DateTimeOffset Timestamp, JsonElement? Payload = null);

/// <summary>What makes an event of a user's one: the same for what is posted and for what arrives on the topic.</summary>
internal static class ActivityRules
{
    public static IReadOnlyList<string> EventTypes { get; } = ["LOGIN", "LOGOUT", "PRODUCT_VIEW"];

    /// <summary>Everything that is wrong. What is no string is given as null.</summary>
    public static IEnumerable<string> Mistakes(string? userId, string? eventType)
    {
        if (string.IsNullOrEmpty(userId))
        {
            yield return "userId is required and must be a string";
        }

        if (eventType is null || !EventTypes.Contains(eventType))
        {
            yield return $"eventType is required and must be one of: {string.Join(", ", EventTypes)}";
        }
    }
}
