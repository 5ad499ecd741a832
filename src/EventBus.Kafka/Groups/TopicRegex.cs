using System.Text;
using System.Text.RegularExpressions;
using EventBus.Transports;

namespace EventBus.Kafka.Groups;

/// <summary>The bus's patterns of topics as regular expressions, which is how the library subscribes to patterns.</summary>
/// <remarks>They are POSIX ones, so nothing can be excluded but by saying what is not.</remarks>
internal static class TopicRegex
{
    private const string AnyWord = "[^.]+";
    private const string Nothing = "^$";
    private static readonly string s_internalWord = InternalTopics.Prefix.TrimEnd('.');

    /// <summary>A topic or pattern, as it is subscribed to.</summary>
    /// <param name="pattern">The bus's.</param>
    /// <param name="prefix">What the bus's topics begin with in the cluster.</param>
    public static string Of(string pattern, string prefix)
    {
        if (!TopicPattern.IsPattern(pattern))
        {
            return prefix + pattern;
        }

        var words = pattern.Split('.');
        if (words[0] == s_internalWord && words.Length > 1)
        {
            return Nothing;
        }

        // Without a prefix, Kafka's own topics are among the others; their names begin with two underscores.
        var first = FirstWord(s_internalWord, excludesKafkas: prefix.Length == 0);
        var regex = new StringBuilder("^").Append(Escape(prefix));
        for (var i = 0; i < words.Length; i++)
        {
            var any = i == 0 ? words.Length > 1 ? first : $"({first}|{s_internalWord})" : AnyWord;
            regex.Append(i == 0 ? "" : @"\.").Append(words[i] switch
            {
                "*" => any,
                ">" when i == 0 => $@"({first}(\..+)?|{s_internalWord})",
                ">" => ".+",
                var word => Escape(word),
            });
        }

        return regex.Append('$').ToString();
    }

    // Any word but one: it parts from it at one of its letters, or ends there, or goes on behind its end.
    private static string FirstWord(string excluded, bool excludesKafkas)
    {
        var others = new StringBuilder("(");
        for (var i = 0; i < excluded.Length; i++)
        {
            var kafkas = excludesKafkas && i == 1 ? "_" : "";
            others.Append(Escape(excluded[..i])).Append("[^.").Append(kafkas).Append(excluded[i]).Append("][^.]*|");
            if (i > 0)
            {
                others.Append(Escape(excluded[..i])).Append('|');
            }
        }

        return others.Append(Escape(excluded)).Append(AnyWord).Append(')').ToString();
    }

    private static string Escape(string text) => Regex.Escape(text).Replace("-", @"[-]", StringComparison.Ordinal);
}
