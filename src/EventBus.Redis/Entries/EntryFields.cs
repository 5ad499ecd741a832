namespace EventBus.Redis.Entries;

/// <summary>
/// The fields of an entry. The attributes stand in one field, as the JSON event format of CloudEvents without its data: an entry of six fields costs
/// the server half as much again, and the client twice the memory, as one of two. Attributes in fields of their own are read too.
/// </summary>
/// <remarks>
/// What EventBus writes itself is shorter still: without <c>specversion</c>, a <c>datacontenttype</c> that is not there is <c>application/json</c>, and a
/// <c>dataschema</c> that is not there is <c>urn:eventbus:TYPE:1</c>. With it, what is not there is not there.
/// </remarks>
/// <seealso href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md"/>
internal static class EntryFields
{
    public const string Attributes = "ce";
    public const string Data = "data";

    public static ReadOnlySpan<byte> AttributesName => "ce"u8;

    public static ReadOnlySpan<byte> DataName => "data"u8;

    /// <summary>What the field of a header begins with; the header's name follows.</summary>
    public const string HeaderPrefix = "header:";

    public const string DefaultContentType = "application/json";

    public const string SpecVersion = "specversion";
    public const string Id = "id";
    public const string Type = "type";
    public const string Source = "source";
    public const string Time = "time";
    public const string Subject = "subject";
    public const string ContentType = "datacontenttype";
    public const string Schema = "dataschema";
    public const string Key = "partitionkey";
    public const string TraceParent = "traceparent";
    public const string TraceState = "tracestate";
    public const string CausationId = "causationid";

    public static string DefaultSchema(string type) => EventMetadata.SchemaOf(type, 1);
}
