using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EventBus;

/// <summary>Where an event stands: topic, partition and offset. Printed and parsed as <c>topic/partition@offset</c>.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partition">The partition's number, from 0.</param>
/// <param name="Offset">The place in the partition.</param>
public readonly record struct Position(string Topic, int Partition, Offset Offset) : IParsable<Position>
{
    /// <summary>The position as <see cref="Parse(string)"/> reads it, e.g. <c>user-events/3@42</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}/{Partition}@{Offset}");

    /// <summary>Reads what <see cref="ToString"/> printed.</summary>
    /// <exception cref="FormatException">The text is not a position.</exception>
    public static Position Parse(string s) => TryParse(s, null, out var position)
        ? position
        : throw new FormatException($"'{s}' is not a position: topic/partition@offset is, e.g. user-events/3@42.");

    static Position IParsable<Position>.Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Position result)
    {
        result = default;
        var at = s?.LastIndexOf('@') ?? -1;
        var slash = at < 0 ? -1 : s!.LastIndexOf('/', at);
        if (slash <= 0
            || !int.TryParse(s.AsSpan(slash + 1, at - slash - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            || !Offset.TryParse(s![(at + 1)..], provider, out var offset))
        {
            return false;
        }

        result = new Position(s[..slash], partition, offset);
        return true;
    }
}
