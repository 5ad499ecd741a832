using System.Text.Json;

namespace EventBus.Samples.Tests.Activities;

/// <summary>Reads the array of processed events.</summary>
internal static class ActivityEvents
{
    public static IEnumerable<string> IdsOf(IEnumerable<JsonElement> events) => events.Select(activity => Text(activity, "eventId"));

    public static IEnumerable<string> IdsOf(IEnumerable<JsonElement> events, string userId) =>
        IdsOf(events.Where(activity => Text(activity, "userId") == userId));

    public static IEnumerable<string> UsersOf(IEnumerable<JsonElement> events) =>
        events.Select(activity => Text(activity, "userId")).Distinct(StringComparer.Ordinal);

    private static string Text(JsonElement activity, string name) => activity.GetProperty(name).GetString()!;
}
