using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Records;

/// <summary>Where a record has its attributes: pointers into the record, good as long as it is.</summary>
internal readonly unsafe struct RecordAttributes
{
    private readonly nint _headers;

    /// <summary>Looks through a record's headers once.</summary>
    public RecordAttributes(NativeMessage* message)
    {
        nint headers;
        if (Librdkafka.HeadersOf(message, &headers) != 0)
        {
            return;
        }

        _headers = headers;
        byte* name;
        void* value;
        nuint length;
        for (nuint i = 0; Librdkafka.Header(headers, i, &name, &value, &length) == 0; i++)
        {
            // A null counts as empty: CloudEvents has none.
            var bytes = new AttributeBytes(value is null ? name : value, value is null ? 0 : checked((int)length));
            switch (MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name))
            {
                case [(byte)'c', (byte)'e', (byte)'_', .. var attribute]:
                    switch (KindOf(attribute))
                    {
                        case Kind.SpecVersion: break;
                        case Kind.Id: Id = bytes; break;
                        case Kind.Type: Type = bytes; break;
                        case Kind.Source: Source = bytes; break;
                        case Kind.Time: Time = bytes; break;
                        case Kind.Schema: Schema = bytes; break;
                        case Kind.Key: Key = bytes; break;
                        case Kind.Subject: Subject = bytes; HasOwn = true; break;
                        case Kind.TraceParent: TraceParent = bytes; HasOwn = true; break;
                        case Kind.TraceState: TraceState = bytes; HasOwn = true; break;
                        case Kind.CausationId: CausationId = bytes; HasOwn = true; break;
                        default: HasOwn = true; break;
                    }

                    break;
                case var other when IsContentType(other): ContentType = bytes; break;
                default: HasOwn = true; break;
            }
        }
    }

    public AttributeBytes Id { get; }

    public AttributeBytes Type { get; }

    public AttributeBytes Source { get; }

    public AttributeBytes Time { get; }

    public AttributeBytes Schema { get; }

    public AttributeBytes ContentType { get; }

    public AttributeBytes Key { get; }

    public AttributeBytes Subject { get; }

    public AttributeBytes TraceParent { get; }

    public AttributeBytes TraceState { get; }

    public AttributeBytes CausationId { get; }

    /// <summary>Whether there is anything that events of one type do not have in common.</summary>
    public bool HasOwn { get; }

    /// <summary>Whether the attributes stand in the record's value.</summary>
    public bool IsStructured => ContentType.Text is { } type && type.StartsWith(RecordHeaders.StructuredType, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The application's headers, among them attributes that the bus does not know. Where a name comes twice the last one counts. What is no text is
    /// handed on in base64, with <c>;base64</c> behind its name.
    /// </summary>
    public IReadOnlyDictionary<string, string> ReadHeaders()
    {
        Dictionary<string, string>? found = null;
        byte* name;
        void* value;
        nuint length;
        for (nuint i = 0; _headers != 0 && Librdkafka.Header(_headers, i, &name, &value, &length) == 0; i++)
        {
            if (NameOf(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)) is { } header)
            {
                var bytes = new ReadOnlySpan<byte>(value, value is null ? 0 : checked((int)length));
                found ??= new Dictionary<string, string>(StringComparer.Ordinal);
                if (Utf8.IsValid(bytes))
                {
                    found[header] = Encoding.UTF8.GetString(bytes);
                }
                else
                {
                    found[header + ";base64"] = Convert.ToBase64String(bytes);
                }
            }
        }

        return found ?? EventMetadata.NoHeaders;
    }

    // Null for what has a place of its own.
    private static string? NameOf(ReadOnlySpan<byte> name)
    {
        if (!name.StartsWith("ce_"u8))
        {
            return IsContentType(name) ? null : RecordHeaders.FromRecord(Encoding.UTF8.GetString(name));
        }

        return KindOf(name["ce_"u8.Length..]) == Kind.Unknown ? Encoding.UTF8.GetString(name["ce_"u8.Length..]) : null;
    }

    private static bool IsContentType(ReadOnlySpan<byte> name) =>
        name.Length == RecordHeaders.ContentTypeName.Length && Ascii.EqualsIgnoreCase(name, "content-type"u8);

    private static Kind KindOf(ReadOnlySpan<byte> attribute) => attribute.Length switch
    {
        2 when attribute.SequenceEqual("id"u8) => Kind.Id,
        4 when attribute.SequenceEqual("type"u8) => Kind.Type,
        4 when attribute.SequenceEqual("time"u8) => Kind.Time,
        6 when attribute.SequenceEqual("source"u8) => Kind.Source,
        7 when attribute.SequenceEqual("subject"u8) => Kind.Subject,
        10 when attribute.SequenceEqual("dataschema"u8) => Kind.Schema,
        10 when attribute.SequenceEqual("tracestate"u8) => Kind.TraceState,
        11 when attribute.SequenceEqual("specversion"u8) => Kind.SpecVersion,
        11 when attribute.SequenceEqual("traceparent"u8) => Kind.TraceParent,
        11 when attribute.SequenceEqual("causationid"u8) => Kind.CausationId,
        12 when attribute.SequenceEqual("partitionkey"u8) => Kind.Key,
        _ => Kind.Unknown,
    };

    private enum Kind
    {
        Unknown,
        SpecVersion,
        Id,
        Type,
        Source,
        Time,
        Schema,
        Key,
        Subject,
        TraceParent,
        TraceState,
        CausationId,
    }
}
