using System.Text;

namespace EventBus.Kafka.Records;

/// <summary>
/// The metadata of events that have their type, source, schema and content type in common, found by their bytes: nothing of them is decoded twice. For
/// one reader at a time.
/// </summary>
internal sealed class SharedMetadata
{
    // An application has no more contracts and publishers than this; somebody who writes a new source each time must not fill the memory.
    private const int MostKept = 4_096;
    private const int StackLimit = 512;
    private const int PartOverhead = 1 + sizeof(int);
    private readonly Dictionary<byte[], EventMetadata> _known = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], EventMetadata>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private byte[] _lastKey = [];
    private EventMetadata? _last;

    public SharedMetadata() => _lookup = _known.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The metadata of attributes; those that a record does not have are <c>default</c>, but for the type, which it has.</summary>
    public EventMetadata Get(AttributeBytes type, AttributeBytes source, AttributeBytes schema, AttributeBytes contentType)
    {
        var length = type.Length + source.Length + schema.Length + contentType.Length + (4 * PartOverhead);
        var key = length <= StackLimit ? stackalloc byte[StackLimit] : new byte[length];
        var used = 0;
        Add(type, key, ref used);
        Add(source, key, ref used);
        Add(schema, key, ref used);
        Add(contentType, key, ref used);
        key = key[..used];
        return _last is { } last && key.SequenceEqual(_lastKey) ? last : Find(key, type, source, schema, contentType);
    }

    private EventMetadata Find(
        ReadOnlySpan<byte> key, AttributeBytes type, AttributeBytes source, AttributeBytes schema, AttributeBytes contentType)
    {
        if (!_lookup.TryGetValue(key, out var metadata))
        {
            metadata = new EventMetadata
            {
                Type = type.Text ?? "",
                Source = source.Length > 0 ? source.Text! : "/",
                DataSchema = schema.Text,
                DataContentType = contentType.Text,
            };
            if (_known.Count == MostKept)
            {
                _known.Clear();
            }

            _known.Add(key.ToArray(), metadata);
        }

        _lastKey = key.ToArray();
        return _last = metadata;
    }

    // With its length before it, and whether it is there, so that no two lists of attributes have the same key.
    private static void Add(AttributeBytes part, Span<byte> key, ref int used)
    {
        key[used++] = part.Exists ? (byte)1 : (byte)0;
        BitConverter.TryWriteBytes(key[used..], part.Length);
        used += sizeof(int);
        part.Span.CopyTo(key[used..]);
        used += part.Length;
    }
}

/// <summary>An attribute as it stands in a record, in the library's memory.</summary>
internal readonly unsafe struct AttributeBytes(void* bytes, int length)
{
    /// <summary>Whether the record has it.</summary>
    public bool Exists => bytes is not null;

    public int Length => length;

    public ReadOnlySpan<byte> Span => new(bytes, length);

    /// <summary>The text; null where the record does not have it.</summary>
    public string? Text => Exists ? Encoding.UTF8.GetString(Span) : null;
}
