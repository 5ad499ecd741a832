using System.Buffers.Text;
using System.Globalization;
using StackExchange.Redis;

namespace EventBus.Redis.Entries;

/// <summary>The id of a stream's entry, <c>MILLISECONDS-NUMBER</c>, as an offset and back.</summary>
internal static class EntryId
{
    /// <summary>Before the first entry that there can be.</summary>
    public const string Start = "0-0";

    /// <summary>The longest id in characters.</summary>
    public const int MaxLength = 41;

    private const ulong LastMinor = ulong.MaxValue - 1;

    public static Offset Parse(RedisValue id)
    {
        ReadOnlyMemory<byte> memory = id;
        var text = memory.Span;
        return Utf8Parser.TryParse(text, out ulong major, out var used) && used < text.Length
            && Utf8Parser.TryParse(text[(used + 1)..], out ulong minor, out _)
            ? new Offset(major, minor)
            : throw new FormatException($"'{id}' is not the id of a stream's entry.");
    }

    public static string Print(Offset offset) => string.Create(CultureInfo.InvariantCulture, $"{offset.Major}-{offset.Minor}");

    /// <summary>Writes an id as ASCII.</summary>
    /// <returns>How many bytes were written.</returns>
    public static int Write(Offset offset, Span<byte> destination)
    {
        Utf8Formatter.TryFormat(offset.Major, destination, out var written);
        destination[written++] = (byte)'-';
        Utf8Formatter.TryFormat(offset.Minor, destination[written..], out var more);
        return written + more;
    }

    /// <summary>
    /// The last id that there can be before another one: a group that stands there gets that one next. One less than the server would allow, since an
    /// offset leaves out the very last number.
    /// </summary>
    public static string Before(Offset offset) => offset switch
    {
        { Minor: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{offset.Major}-{offset.Minor - 1}"),
        { Major: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{offset.Major - 1}-{LastMinor}"),
        _ => Start,
    };

    /// <summary>The first id that there can be after another one.</summary>
    public static Offset After(Offset offset) =>
        offset.Minor >= LastMinor ? new Offset(offset.Major + 1, 0) : new Offset(offset.Major, offset.Minor + 1);

    /// <summary>The first id of a moment.</summary>
    public static Offset At(DateTimeOffset time) => new((ulong)Math.Max(0, time.ToUnixTimeMilliseconds()), 0);

    /// <summary>When the server stored the entry of an id.</summary>
    public static DateTimeOffset TimeOf(Offset offset) => DateTimeOffset.FromUnixTimeMilliseconds((long)offset.Major);
}
