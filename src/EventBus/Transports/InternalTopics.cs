namespace EventBus.Transports;

/// <summary>
/// The topics that a group has of its own besides those that it reads. They begin with a word that no event's topic may begin with,
/// and no pattern matches them.
/// </summary>
internal static class InternalTopics
{
    /// <summary>The word, with its dot.</summary>
    public const string Prefix = "_eventbus.";

    private const string ReturnsPrefix = $"{Prefix}returns.";

    /// <summary>Where a group's dead letters are, and what became of them.</summary>
    public static string DeadLetters(string group) => $"{Prefix}dead-letters.{group}";

    /// <summary>Where events come back to one group alone: those that were put aside until a time, and those that were redriven.</summary>
    public static string Returns(string group) => $"{ReturnsPrefix}{group}";

    public static bool IsReturns(string topic) => topic.StartsWith(ReturnsPrefix, StringComparison.Ordinal);

    /// <summary>The group that a topic of <see cref="Returns"/> belongs to.</summary>
    public static string GroupOf(string returns) => returns[ReturnsPrefix.Length..];

    public static bool IsInternal(string topic) => topic.StartsWith(Prefix, StringComparison.Ordinal);
}
