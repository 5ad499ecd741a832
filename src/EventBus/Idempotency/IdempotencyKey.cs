namespace EventBus.Idempotency;

/// <summary>
/// A key as the bus has it: a group and an event's UUID, or any text. Stores get it as a string; the one in memory takes it as it is, for a string an
/// event that lives as long as its window costs more to make and to collect than all else.
/// </summary>
internal readonly struct IdempotencyKey : IEquatable<IdempotencyKey>
{
    private const int GuidLength = 36;
    private readonly string _prefix;
    private readonly Guid _id;
    private readonly string? _text;
    private readonly int _hash;

    /// <param name="prefix">The group's name and what parts it from the id.</param>
    /// <param name="prefixHash">Its hash, so that it is worked out once.</param>
    /// <param name="id">The event's id.</param>
    public IdempotencyKey(string prefix, int prefixHash, Guid id)
    {
        _prefix = prefix;
        _id = id;
        _hash = prefixHash ^ id.GetHashCode();
    }

    private IdempotencyKey(string text)
    {
        _prefix = string.Empty;
        _text = text;
        _hash = text.GetHashCode(StringComparison.Ordinal);
    }

    /// <summary>The key that prints as a text.</summary>
    public static IdempotencyKey Of(string text)
    {
        var start = text.Length - GuidLength;
        if (start > 0 && text[start - 1] == '/' && text.AsSpan(start).IndexOfAnyInRange('A', 'F') < 0
            && Guid.TryParseExact(text.AsSpan(start), "D", out var id))
        {
            var prefix = text[..start];
            return new IdempotencyKey(prefix, HashOf(prefix), id);
        }

        return new IdempotencyKey(text);
    }

    public static int HashOf(string prefix) => prefix.GetHashCode(StringComparison.Ordinal);

    public bool Equals(IdempotencyKey other) =>
        _hash == other._hash && _id == other._id
        && string.Equals(_prefix, other._prefix, StringComparison.Ordinal) && string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is IdempotencyKey other && Equals(other);

    public override int GetHashCode() => _hash;

    public override string ToString() => _text ?? $"{_prefix}{_id:D}";
}
