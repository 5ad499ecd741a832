namespace EventBus.Kafka.Records;

/// <summary>
/// The headers of a record: CloudEvents' attributes in the binary mode of its Kafka protocol binding, and the application's own under their names.
/// </summary>
/// <remarks>
/// An application's header that would be taken for an attribute, such as <c>ce_id</c>, has <see cref="Escape"/> before its name; so has one that would be
/// taken for an escaped one. Every other name stands as it is.
/// </remarks>
/// <seealso href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md"/>
internal static class RecordHeaders
{
    public const string Escape = "h_";
    public const string Attribute = "ce_";
    public const string ContentTypeName = "content-type";

    public const string Id = "id";
    public const string Type = "type";
    public const string Source = "source";
    public const string SpecVersion = "specversion";
    public const string Time = "time";
    public const string Subject = "subject";
    public const string ContentType = "datacontenttype";
    public const string Schema = "dataschema";
    public const string Key = "partitionkey";
    public const string TraceParent = "traceparent";
    public const string TraceState = "tracestate";
    public const string CausationId = "causationid";

    /// <summary>What the media type of a record in structured mode begins with.</summary>
    public const string StructuredType = "application/cloudevents";

    /// <summary>What an application's header is called in a record.</summary>
    public static string ToRecord(string header) => WouldBeAttribute(header) ? Escape + header : header;

    /// <summary>What a record's header, which is no attribute, is called by the application.</summary>
    public static string FromRecord(string header) =>
        header.StartsWith(Escape, StringComparison.Ordinal) && WouldBeAttribute(header) ? header[Escape.Length..] : header;

    private static bool WouldBeAttribute(ReadOnlySpan<char> header)
    {
        while (header.StartsWith(Escape, StringComparison.Ordinal))
        {
            header = header[Escape.Length..];
        }

        return header.StartsWith(Attribute, StringComparison.OrdinalIgnoreCase)
            || header.Equals(ContentTypeName, StringComparison.OrdinalIgnoreCase);
    }
}
