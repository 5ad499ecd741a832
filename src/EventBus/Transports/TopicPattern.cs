namespace EventBus.Transports;

/// <summary>The names of topics and the patterns over them: <c>user.*</c> (one word), <c>user.&gt;</c> (the rest).</summary>
internal static class TopicPattern
{
    /// <summary>The longest name that every transport takes (Kafka's limit).</summary>
    public const int MaxLength = 249;

    /// <summary>Tells what is wrong with a topic's name; null when nothing is.</summary>
    public static string? Problem(string? topic) => topic switch
    {
        null or "" => "is empty",
        { Length: > MaxLength } => $"is longer than {MaxLength} characters",
        "." or ".." => "is only dots",
        _ when topic.AsSpan().IndexOfAnyExcept(NameCharacters) >= 0 => "has a character other than a-z, A-Z, 0-9, '.', '_' and '-'",
        _ => null,
    };

    /// <summary>Tells what is wrong with a topic or pattern; null when nothing is.</summary>
    public static string? PatternProblem(string? pattern)
    {
        if (string.IsNullOrEmpty(pattern) || !IsPattern(pattern))
        {
            return Problem(pattern);
        }

        var words = pattern.Split('.');
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            var problem = word switch
            {
                "*" => null,
                ">" => i == words.Length - 1 ? null : "has '>' before its end",
                _ when word.AsSpan().ContainsAny('*', '>') => "has a wildcard that is not a whole word",
                _ => Problem(word),
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    public static bool IsPattern(string pattern) => pattern.AsSpan().ContainsAny('*', '>');

    public static bool Matches(string pattern, string topic)
    {
        if (!IsPattern(pattern))
        {
            return string.Equals(pattern, topic, StringComparison.Ordinal);
        }

        if (InternalTopics.IsInternal(topic))
        {
            return false;
        }

        ReadOnlySpan<char> patternRest = pattern, topicRest = topic;
        while (true)
        {
            var word = NextWord(ref patternRest, out var patternEnds);
            if (word is ">")
            {
                return true;
            }

            var topicWord = NextWord(ref topicRest, out var topicEnds);
            if (word is not "*" && !word.SequenceEqual(topicWord))
            {
                return false;
            }

            if (patternEnds || topicEnds)
            {
                return patternEnds && topicEnds;
            }
        }
    }

    private static System.Buffers.SearchValues<char> NameCharacters { get; } =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    private static ReadOnlySpan<char> NextWord(ref ReadOnlySpan<char> text, out bool ends)
    {
        var dot = text.IndexOf('.');
        ends = dot < 0;
        var word = ends ? text : text[..dot];
        text = ends ? [] : text[(dot + 1)..];
        return word;
    }
}
