using EventBus.Redis.Entries;
using EventBus.Redis.Topics;
using StackExchange.Redis;

namespace EventBus.Redis.Reading;

/// <summary>How far a reader is in one partition.</summary>
/// <param name="topic">The topic.</param>
/// <param name="partition">The partition.</param>
/// <param name="after">The last entry that is not read.</param>
/// <param name="end">The last one that is; null to go on for ever.</param>
internal sealed class LogCursor(RedisTopic topic, int partition, string after, Offset? end)
{
    public RedisKey Stream { get; } = topic.Streams[partition];

    public string After { get; private set; } = after;

    public string Until { get; } = end is { } last ? EntryId.Print(last) : "+";

    public bool IsAtEnd { get; private set; }

    /// <summary>Goes past a page.</summary>
    /// <param name="entries">What was read.</param>
    /// <param name="count">How many were asked for.</param>
    public void Advance(StreamEntry[] entries, int count)
    {
        if (entries.Length > 0)
        {
            After = entries[^1].Id!;
        }

        IsAtEnd = end is not null && entries.Length < count;
    }

    public LogEntry Read(StreamEntry entry, EntryReader reader)
    {
        var offset = EntryId.Parse(entry.Id);
        return new LogEntry(new Position(topic.Name, partition, offset), reader.Read(Stream.ToString(), offset, entry.Values));
    }
}
