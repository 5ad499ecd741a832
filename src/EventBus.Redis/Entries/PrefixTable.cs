namespace EventBus.Redis.Entries;

/// <summary>The metadata of attributes that have been seen before, by their bytes. For one reader at a time.</summary>
internal sealed class PrefixTable
{
    // An application has no more contracts and publishers than this; somebody who writes a new prefix each time must not fill the memory.
    private const int MostKept = 4_096;
    private readonly Dictionary<byte[], EventMetadata> _known = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], EventMetadata>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private byte[] _lastPrefix = [];
    private EventMetadata? _last;

    public PrefixTable() => _lookup = _known.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <param name="prefix">A JSON object without its end.</param>
    /// <returns>Null where it is none, or lacks a type, or has what is an event's own.</returns>
    public EventMetadata? Find(ReadOnlySpan<byte> prefix)
    {
        if (prefix.SequenceEqual(_lastPrefix))
        {
            return _last;
        }

        if (!_lookup.TryGetValue(prefix, out var metadata))
        {
            var attributes = new AttributeSet();
            if (!attributes.TryRead([.. prefix, (byte)'}']) || string.IsNullOrEmpty(attributes.Type) || attributes.Id is not null
                || attributes.Time is not null || attributes.Key is not null)
            {
                return null;
            }

            metadata = attributes.ToMetadata();
            if (_known.Count == MostKept)
            {
                _known.Clear();
            }

            _known.Add(prefix.ToArray(), metadata);
        }

        _lastPrefix = prefix.ToArray();
        return _last = metadata;
    }
}
