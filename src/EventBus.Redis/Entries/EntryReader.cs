using System.Buffers.Text;
using System.Text;
using StackExchange.Redis;

namespace EventBus.Redis.Entries;

/// <summary>
/// Makes envelopes of entries. Events that have their attributes but id, time and key in common share the object for them, found by comparing
/// bytes; nothing of those is parsed again. For one reader at a time.
/// </summary>
internal sealed class EntryReader
{
    private const int GuidLength = 36;
    private const int TimeLength = 28;
    private readonly PrefixTable _prefixes = new();

    /// <summary>Makes an envelope of an entry; of one that has no event's fields one that no handler can decode.</summary>
    /// <param name="stream">The stream's key, the source of what names none.</param>
    /// <param name="offset">The entry's place.</param>
    /// <param name="fields">Its fields.</param>
    public Envelope Read(string stream, Offset offset, NameValueEntry[] fields)
    {
        if (fields is [var first, var second] && Is(first.Name, EntryFields.AttributesName) && Is(second.Name, EntryFields.DataName)
            && TryReadPlain(first.Value, second.Value, out var envelope))
        {
            return envelope;
        }

        return ReadAny(stream, offset, fields);
    }

    // The attributes as EntryWriter writes them, with nothing but a key behind the time.
    private bool TryReadPlain(ReadOnlyMemory<byte> attributes, ReadOnlyMemory<byte> data, out Envelope envelope)
    {
        envelope = default;
        var json = attributes.Span;
        var length = json.IndexOf(",\"id\":\""u8);
        if (length < 0 || _prefixes.Find(json[..length]) is not { } metadata)
        {
            return false;
        }

        var rest = json[(length + 7)..];
        if (rest.Length < GuidLength || !Utf8Parser.TryParse(rest[..GuidLength], out Guid id, out var used) || used != GuidLength
            || rest[..GuidLength].IndexOfAnyInRange((byte)'A', (byte)'F') >= 0)
        {
            return false;
        }

        rest = rest[GuidLength..];
        if (!rest.StartsWith("\",\"time\":\""u8) || rest.Length < 10 + TimeLength
            || !Utf8Parser.TryParse(rest.Slice(10, TimeLength), out DateTime time, out used, 'O') || used != TimeLength
            || time.Kind != DateTimeKind.Utc)
        {
            return false;
        }

        rest = rest[(10 + TimeLength)..];
        string? key = null;
        if (rest.StartsWith("\",\"partitionkey\":\""u8))
        {
            rest = rest[18..];
            var end = rest.IndexOf((byte)'"');
            if (end < 0 || rest[..end].Contains((byte)'\\'))
            {
                return false;
            }

            key = Encoding.UTF8.GetString(rest[..end]);
            rest = rest[end..];
        }

        if (!rest.SequenceEqual("\"}"u8))
        {
            return false;
        }

        envelope = new Envelope(new EventIdentity(id), new DateTimeOffset(time), metadata, data, key);
        return true;
    }

    private static Envelope ReadAny(string stream, Offset offset, NameValueEntry[] fields)
    {
        var attributes = new AttributeSet();
        ReadOnlyMemory<byte> data = default;
        foreach (var field in fields)
        {
            var name = (string)field.Name!;
            if (name == EntryFields.Data)
            {
                data = field.Value;
            }
            else if (name.StartsWith(EntryFields.HeaderPrefix, StringComparison.Ordinal))
            {
                attributes.SetHeader(name[EntryFields.HeaderPrefix.Length..], field.Value!);
            }
            else if (name != EntryFields.Attributes)
            {
                attributes.Set(name, field.Value!);
            }
            else if (!attributes.TryRead(((ReadOnlyMemory<byte>)field.Value).Span))
            {
                return ForeignEntry.ToEnvelope(stream, offset, fields);
            }
        }

        if (string.IsNullOrEmpty(attributes.Type))
        {
            return ForeignEntry.ToEnvelope(stream, offset, fields);
        }

        var id = string.IsNullOrEmpty(attributes.Id) ? $"{stream}@{EntryId.Print(offset)}" : attributes.Id;
        return new Envelope(
            new EventIdentity(id), attributes.Time ?? EntryId.TimeOf(offset), attributes.ToMetadata(), data, attributes.Key);
    }

    private static bool Is(RedisValue name, ReadOnlySpan<byte> expected) => ((ReadOnlyMemory<byte>)name).Span.SequenceEqual(expected);
}
