using EventBus.Transports;

namespace EventBus.Redis.Groups;

/// <summary>What a member tells the others of itself: its name, and what it subscribes to. On the server as <c>NAME|TOPIC|TOPIC…</c>.</summary>
internal sealed record MemberInfo(string Name, string[] Topics)
{
    private const char Separator = '|';

    public static MemberInfo Parse(string text)
    {
        var parts = text.Split(Separator);
        return new MemberInfo(parts[0], parts[1..]);
    }

    /// <summary>Whether the member reads a topic.</summary>
    public bool Takes(string topic) => Array.Exists(Topics, pattern => TopicPattern.Matches(pattern, topic));

    public override string ToString() => $"{Name.Replace(Separator, '_')}{Separator}{string.Join(Separator, Topics)}";
}
