namespace EventBus.Transports;

/// <summary>
/// The topics that a group has of its own besides those that it reads. They begin with a word that no event's topic may begin with,
/// and no pattern matches them.
/// </summary>
internal static class InternalTopics
{
    /// <summary>The word, with its dot.</summary>
    public const string Prefix = "_eventbus.";

    /// <summary>Where a group's dead letters are, and what became of them.</summary>
    public static string DeadLetters(string group) => $"{Prefix}dead-letters.{group}";

    /// <summary>Where events come back to one group alone: those that were put aside until a time, and those that were redriven.</summary>
    public static string Returns(string group) => $"{Prefix}returns.{group}";

    public static bool IsInternal(string topic) => topic.StartsWith(Prefix, StringComparison.Ordinal);
}
