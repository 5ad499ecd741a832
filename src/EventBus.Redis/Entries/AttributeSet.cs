using System.Text.Json;

namespace EventBus.Redis.Entries;

/// <summary>The attributes of one event while they are collected from wherever they stand.</summary>
internal sealed class AttributeSet
{
    private Dictionary<string, string>? _headers;
    private bool _isShort;

    public string? Id { get; private set; }

    public string? Type { get; private set; }

    public DateTimeOffset? Time { get; private set; }

    public string? Key { get; private set; }

    private string? Source { get; set; }

    private string? Subject { get; set; }

    private string? ContentType { get; set; }

    private string? Schema { get; set; }

    private string? TraceParent { get; set; }

    private string? TraceState { get; set; }

    private string? CausationId { get; set; }

    /// <summary>Takes one attribute; what has no meaning of its own becomes a header.</summary>
    public void Set(string name, string value)
    {
        switch (name)
        {
            case EntryFields.SpecVersion: _isShort = false; break;
            case EntryFields.Id: Id = value; break;
            case EntryFields.Type: Type = value; break;
            case EntryFields.Source: Source = value; break;
            case EntryFields.Time: Time = ParseTime(value); break;
            case EntryFields.Subject: Subject = value; break;
            case EntryFields.ContentType: ContentType = value; break;
            case EntryFields.Schema: Schema = value; break;
            case EntryFields.Key: Key = value; break;
            case EntryFields.TraceParent: TraceParent = value; break;
            case EntryFields.TraceState: TraceState = value; break;
            case EntryFields.CausationId: CausationId = value; break;
            default: SetHeader(name, value); break;
        }
    }

    public void SetHeader(string name, string value) => (_headers ??= new(StringComparer.Ordinal))[name] = value;

    /// <summary>Takes the members of a JSON object.</summary>
    /// <returns>Whether it is one.</returns>
    public bool TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            _isShort = true;
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                {
                    Set(name, reader.GetString()!);
                }
                else
                {
                    using var value = JsonDocument.ParseValue(ref reader);
                    Set(name, value.RootElement.GetRawText());
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public EventMetadata ToMetadata() => new()
    {
        Type = Type ?? string.Empty,
        Source = Source ?? "/",
        Subject = Subject,
        DataContentType = ContentType ?? (_isShort ? EntryFields.DefaultContentType : null),
        DataSchema = Schema ?? (_isShort && Type is { } type ? EntryFields.DefaultSchema(type) : null),
        TraceParent = TraceParent,
        TraceState = TraceState,
        CausationId = string.IsNullOrEmpty(CausationId) ? (EventIdentity?)null : new EventIdentity(CausationId),
        Headers = _headers is null ? EventMetadata.NoHeaders : _headers,
    };

    private static DateTimeOffset? ParseTime(string value) => DateTimeOffset.TryParse(
        value, System.Globalization.CultureInfo.InvariantCulture,
        System.Globalization.DateTimeStyles.AssumeUniversal | System.Globalization.DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
