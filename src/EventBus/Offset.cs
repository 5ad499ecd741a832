using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EventBus;

/// <summary>
/// An event's place in its partition. Opaque: offsets of one partition can be compared, printed and parsed, and nothing else is
/// to be read into them. In memory and on Kafka it is a number (<c>42</c>), on Redis a stream id (<c>1700000000000-3</c>).
/// </summary>
public readonly struct Offset : IEquatable<Offset>, IComparable<Offset>, IComparable, IFormattable, IParsable<Offset>
{
    // One more than the second part, so that zero means that there is none and default(Offset) prints as "0".
    private readonly ulong _minorPlusOne;

    /// <summary>An offset of one part.</summary>
    public Offset(ulong value) => Major = value;

    /// <summary>An offset of two parts, printed as <c>major-minor</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="minor"/> is the largest 64-bit number.</exception>
    public Offset(ulong major, ulong minor)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(minor, ulong.MaxValue);
        Major = major;
        _minorPlusOne = minor + 1;
    }

    /// <summary>The first part; for transports.</summary>
    public ulong Major { get; }

    /// <summary>The second part, 0 where there is none; for transports.</summary>
    public ulong Minor => _minorPlusOne == 0 ? 0 : _minorPlusOne - 1;

    /// <inheritdoc/>
    public int CompareTo(Offset other)
    {
        var major = Major.CompareTo(other.Major);
        return major != 0 ? major : _minorPlusOne.CompareTo(other._minorPlusOne);
    }

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        Offset other => CompareTo(other),
        _ => throw new ArgumentException($"An offset cannot be compared with a {obj.GetType().Name}.", nameof(obj)),
    };

    /// <inheritdoc/>
    public bool Equals(Offset other) => Major == other.Major && _minorPlusOne == other._minorPlusOne;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Offset other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Major, _minorPlusOne);

    /// <summary>The offset as <see cref="Parse(string)"/> reads it.</summary>
    public override string ToString() => _minorPlusOne == 0
        ? Major.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Major}-{Minor}");

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>Reads what <see cref="ToString()"/> printed.</summary>
    /// <exception cref="FormatException">The text is not an offset.</exception>
    public static Offset Parse(string s) => TryParse(s, null, out var offset)
        ? offset
        : throw new FormatException($"'{s}' is not an offset: a number (42) or two with a hyphen (1700000000000-3) are.");

    static Offset IParsable<Offset>.Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Offset result)
    {
        result = default;
        var text = s.AsSpan();
        var hyphen = text.IndexOf('-');
        if (hyphen < 0)
        {
            return TryPart(text, out var value) && Assign(new Offset(value), out result);
        }

        return TryPart(text[..hyphen], out var major) && TryPart(text[(hyphen + 1)..], out var minor)
            && minor != ulong.MaxValue && Assign(new Offset(major, minor), out result);
    }

    /// <summary>Whether both are the same place.</summary>
    public static bool operator ==(Offset left, Offset right) => left.Equals(right);

    /// <summary>Whether they are different places.</summary>
    public static bool operator !=(Offset left, Offset right) => !left.Equals(right);

    /// <summary>Whether the left one is earlier.</summary>
    public static bool operator <(Offset left, Offset right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left one is later.</summary>
    public static bool operator >(Offset left, Offset right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left one is not later.</summary>
    public static bool operator <=(Offset left, Offset right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left one is not earlier.</summary>
    public static bool operator >=(Offset left, Offset right) => left.CompareTo(right) >= 0;

    private static bool TryPart(ReadOnlySpan<char> text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool Assign(Offset value, out Offset result)
    {
        result = value;
        return true;
    }
}
