using System.Diagnostics.CodeAnalysis;

namespace EventBus;

/// <summary>
/// The identity of an event: a UUIDv7 where EventBus made it (RFC 9562), any text where somebody else did. CloudEvents' <c>id</c>.
/// </summary>
public readonly struct EventIdentity : IEquatable<EventIdentity>, ISpanFormattable, IParsable<EventIdentity>
{
    private const int GuidLength = 36;
    private readonly Guid _guid;
    private readonly string? _text;

    /// <summary>An id that is a UUID.</summary>
    public EventIdentity(Guid value) => _guid = value;

    /// <summary>An id that is any text. A UUID in its lower-case, hyphenated form equals the same <see cref="Guid"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="value"/> is null or empty: CloudEvents asks for a non-empty id.</exception>
    public EventIdentity(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        if (value.Length == GuidLength && Guid.TryParseExact(value, "D", out _guid) && IsLowerCase(value))
        {
            return;
        }

        _guid = default;
        _text = value;
    }

    /// <summary>Whether this is the id of no event.</summary>
    public bool IsEmpty => _text is null && _guid == Guid.Empty;

    /// <summary>Gives the id as a UUID, if it is one.</summary>
    public bool TryGetGuid(out Guid value)
    {
        value = _guid;
        return _text is null;
    }

    /// <inheritdoc/>
    public bool Equals(EventIdentity other) =>
        _guid == other._guid && string.Equals(_text, other._text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is EventIdentity other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _text is null ? _guid.GetHashCode() : _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The id as it stands on the wire.</summary>
    public override string ToString() => _text ?? _guid.ToString("D");

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        if (_text is null)
        {
            return _guid.TryFormat(destination, out charsWritten, "D");
        }

        charsWritten = _text.Length;
        if (_text.TryCopyTo(destination))
        {
            return true;
        }

        charsWritten = 0;
        return false;
    }

    static EventIdentity IParsable<EventIdentity>.Parse(string s, IFormatProvider? provider) => new(s);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out EventIdentity result)
    {
        result = string.IsNullOrEmpty(s) ? default : new EventIdentity(s);
        return !result.IsEmpty;
    }

    /// <summary>Whether both are the same id.</summary>
    public static bool operator ==(EventIdentity left, EventIdentity right) => left.Equals(right);

    /// <summary>Whether they are different ids.</summary>
    public static bool operator !=(EventIdentity left, EventIdentity right) => !left.Equals(right);

    /// <summary>An id that is a UUID.</summary>
    public static implicit operator EventIdentity(Guid value) => new(value);

    /// <summary>An id that is any text.</summary>
    public static implicit operator EventIdentity(string value) => new(value);

    private static bool IsLowerCase(string value) => value.AsSpan().IndexOfAnyInRange('A', 'F') < 0;
}
