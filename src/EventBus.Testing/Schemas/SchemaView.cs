using System.Text.Json.Nodes;

namespace EventBus.Testing.Schemas;

/// <summary>A schema, or one within a schema, with its references followed.</summary>
internal sealed class SchemaView
{
    private static readonly string[] Constraints =
        ["type", "enum", "const", "anyOf", "properties", "required", "items", "additionalProperties", "format", "pattern"];

    private readonly JsonObject _root;
    private readonly JsonObject? _keywords;

    private SchemaView(JsonObject root, JsonNode? node)
    {
        _root = root;
        Node = Follow(root, node);
        _keywords = Node as JsonObject;
    }

    /// <summary>What tells this schema from others.</summary>
    public JsonNode? Node { get; }

    /// <summary>Whether every value is right.</summary>
    public bool IsAnything => _keywords is null ? !IsNothing : !Array.Exists(Constraints, _keywords.ContainsKey);

    /// <summary>Whether no value is right.</summary>
    public bool IsNothing => Node is JsonValue value && value.TryGetValue(out bool all) && !all;

    public bool HasChoices => _keywords?["anyOf"] is JsonArray;

    public string? Format => Text("format");

    public string? Pattern => Text("pattern");

    public int? MaxLength => _keywords?["maxLength"]?.GetValue<int>();

    public bool IsConstant => _keywords?.ContainsKey("const") ?? false;

    public IEnumerable<string> Required => (_keywords?["required"] as JsonArray)?.Select(name => (string)name!) ?? [];

    public SchemaView? Items => Part("items");

    public SchemaView? AdditionalProperties => Part("additionalProperties");

    /// <summary>The JSON types of the values; null for all.</summary>
    public IReadOnlyList<string>? Types => _keywords?["type"] switch
    {
        JsonArray several => [.. several.Select(type => (string)type!)],
        JsonValue one => [(string)one!],
        _ => Values?.Select(TypeOf).Distinct(StringComparer.Ordinal).ToArray(),
    };

    /// <summary>The values, where they are listed.</summary>
    public IReadOnlyList<JsonNode?>? Values =>
        IsConstant ? [_keywords!["const"]] : _keywords?["enum"] is JsonArray values ? [.. values] : null;

    public static SchemaView Of(JsonObject schema) => new(schema, schema);

    public IEnumerable<KeyValuePair<string, SchemaView>> Properties =>
        (_keywords?["properties"] as JsonObject)?
        .Select(property => KeyValuePair.Create(property.Key, new SchemaView(_root, property.Value))) ?? [];

    public SchemaView? Property(string name) =>
        _keywords?["properties"] is JsonObject properties && properties.TryGetPropertyValue(name, out var property)
            ? new SchemaView(_root, property)
            : null;

    /// <summary>The alternatives, each with what holds for all of them.</summary>
    public IEnumerable<SchemaView> Choices()
    {
        foreach (var choice in ((JsonArray)_keywords!["anyOf"]!).Select(choice => Follow(_root, choice)))
        {
            var merged = (JsonObject)_keywords.DeepClone();
            merged.Remove("anyOf");
            foreach (var (keyword, value) in choice as JsonObject ?? [])
            {
                Merge(merged, keyword, value);
            }

            yield return new SchemaView(_root, merged);
        }
    }

    /// <summary>The same, one JSON type at a time.</summary>
    public IEnumerable<SchemaView> OfEachType() => Types is { Count: > 1 } types ? types.Select(WithType) : [this];

    public static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.String => "string",
        System.Text.Json.JsonValueKind.Number => value.ToJsonString().AsSpan().IndexOfAny(".eE") < 0 ? "integer" : "number",
        System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "boolean",
        System.Text.Json.JsonValueKind.Array => "array",
        System.Text.Json.JsonValueKind.Object => "object",
        _ => "null",
    };

    private SchemaView WithType(string type)
    {
        var keywords = (JsonObject)_keywords!.DeepClone();
        keywords["type"] = type;
        return new SchemaView(_root, keywords);
    }

    private string? Text(string keyword) => (string?)_keywords?[keyword];

    private SchemaView? Part(string keyword) =>
        _keywords is not null && _keywords.TryGetPropertyValue(keyword, out var part) ? new SchemaView(_root, part) : null;

    private static void Merge(JsonObject into, string keyword, JsonNode? value)
    {
        if (keyword == "properties" && into[keyword] is JsonObject properties)
        {
            foreach (var (name, property) in (JsonObject)value!)
            {
                properties[name] = property?.DeepClone();
            }
        }
        else if (keyword == "required" && into[keyword] is JsonArray required)
        {
            foreach (var name in (JsonArray)value!)
            {
                required.Add(name?.DeepClone());
            }
        }
        else
        {
            into[keyword] = value?.DeepClone();
        }
    }

    private static JsonNode? Follow(JsonObject root, JsonNode? node)
    {
        // A reference leads to a place in the schema (RFC 6901); one to itself cannot be.
        while (node is JsonObject keywords && (string?)keywords["$ref"] is { } pointer)
        {
            node = root;
            foreach (var step in pointer.Split('/').Skip(1).Select(Unescape))
            {
                node = node is JsonArray array ? array[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : node?[step];
            }
        }

        return node;
    }

    private static string Unescape(string step) =>
        Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
