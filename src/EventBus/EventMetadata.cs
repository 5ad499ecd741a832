using System.Globalization;
using EventBus.Catalog;

namespace EventBus;

/// <summary>
/// The attributes of an event that need not differ from one event of a type to the next. Immutable: envelopes share an instance,
/// so that an event without headers or a trace of its own costs no object for them.
/// </summary>
public sealed record EventMetadata
{
    private const string SchemaPrefix = "urn:eventbus:";

    /// <summary>The contract name. CloudEvents' <c>type</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Who published, a URI reference. CloudEvents' <c>source</c>.</summary>
    public required string Source { get; init; }

    /// <summary>What the event is about, or null. CloudEvents' <c>subject</c>.</summary>
    public string? Subject { get; init; }

    /// <summary>The media type of the data, or null. CloudEvents' <c>datacontenttype</c>.</summary>
    public string? DataContentType { get; init; }

    /// <summary>The schema of the data, a URI, or null. EventBus writes <c>urn:eventbus:NAME:VERSION</c>. CloudEvents' <c>dataschema</c>.</summary>
    public string? DataSchema { get; init; }

    /// <summary>The trace that the event belongs to, or null. See W3C Trace Context, <c>traceparent</c>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The vendor's part of the trace, or null. See W3C Trace Context, <c>tracestate</c>.</summary>
    public string? TraceState { get; init; }

    /// <summary>The id of the event whose handler published this one, or null.</summary>
    public EventIdentity? CausationId { get; init; }

    /// <summary>The application's headers; never null.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = NoHeaders;

    /// <summary>The contract's version, from 1; 1 where <see cref="DataSchema"/> does not tell.</summary>
    public int Version =>
        DataSchema is { } schema && schema.StartsWith(SchemaPrefix, StringComparison.Ordinal)
        && int.TryParse(schema.AsSpan(schema.LastIndexOf(':') + 1), CultureInfo.InvariantCulture, out var version) ? version : 1;

    internal static IReadOnlyDictionary<string, string> NoHeaders { get; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The catalogue's entry that made this, where it was made in this process.</summary>
    internal EventDefinition? Definition { get; init; }

    internal static string SchemaOf(string name, int version) => string.Create(null, $"{SchemaPrefix}{name}:{version}");
}
