using System.Globalization;
using EventBus;

namespace Shop.Admin;

/// <summary>Reads where to start from a request.</summary>
internal static class StartPoint
{
    public const string Rule = "earliest, latest, an ISO 8601 time or a position of the topic (topic/partition@offset)";

    public static bool TryParse(string text, string topic, out SeekTarget target)
    {
        if (text is "earliest" or "latest")
        {
            target = text == "earliest" ? SeekTarget.Earliest : SeekTarget.Latest;
            return true;
        }

        if (Position.TryParse(text, CultureInfo.InvariantCulture, out var position))
        {
            target = SeekTarget.At(position);
            return position.Topic == topic;
        }

        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        target = SeekTarget.At(time);
        return isTime;
    }
}
