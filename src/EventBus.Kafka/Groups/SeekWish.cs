using System.Globalization;
using EventBus.Transports;

namespace EventBus.Kafka.Groups;

/// <summary>
/// Somebody asks a group that has members to go on elsewhere. It stands as a record in a topic of the bus that all members read; whoever has one of the
/// partitions makes the move there.
/// </summary>
/// <param name="Number">Grows from wish to wish: where it stands in the topic, from 1. Each commit tells the last one that was made.</param>
/// <param name="Group">The group.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Offsets">Where to go on, by partition.</param>
/// <param name="Deadline">When whoever asks has given up, so that nobody makes it any more.</param>
internal sealed record SeekWish(
    long Number, string Group, string Topic, IReadOnlyDictionary<int, long> Offsets, DateTimeOffset Deadline)
{
    /// <summary>The topic of the wishes.</summary>
    public const string Log = $"{InternalTopics.Prefix}seeks";

    private const string Type = $"{InternalTopics.Prefix}seek";

    // Of all, so that they stand in one partition, however many there are.
    private const string Key = "seeks";
    private const string GroupHeader = "group";
    private const string TopicHeader = "topic";
    private const string OffsetsHeader = "offsets";

    /// <summary>The wish as a record; its number is given to it by its place.</summary>
    public Envelope ToEnvelope() => new(
        Guid.CreateVersion7(Deadline),
        Deadline,
        new EventMetadata
        {
            Type = Type,
            Source = "eventbus",
            Headers = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [GroupHeader] = Group,
                [TopicHeader] = Topic,
                [OffsetsHeader] = string.Join(',', Offsets.Select(static place => string.Create(CultureInfo.InvariantCulture, $"{place.Key}:{place.Value}"))),
            },
        },
        ReadOnlyMemory<byte>.Empty,
        Key);

    /// <summary>The number of the wish that stands at an offset.</summary>
    public static long NumberAt(long offset) => offset + 1;

    /// <summary>Reads a record.</summary>
    /// <returns>Null for what is no wish.</returns>
    public static SeekWish? Read(in LogEntry entry)
    {
        var headers = entry.Envelope.Metadata.Headers;
        if (entry.Envelope.Type != Type || !headers.TryGetValue(GroupHeader, out var group) || !headers.TryGetValue(TopicHeader, out var topic)
            || !headers.TryGetValue(OffsetsHeader, out var text))
        {
            return null;
        }

        var offsets = new Dictionary<int, long>();
        foreach (var place in text.Split(','))
        {
            var colon = place.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !int.TryParse(place.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
                || !long.TryParse(place.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            {
                return null;
            }

            offsets[partition] = offset;
        }

        return new SeekWish(NumberAt((long)entry.Position.Offset.Major), group, topic, offsets, entry.Envelope.Time);
    }
}
