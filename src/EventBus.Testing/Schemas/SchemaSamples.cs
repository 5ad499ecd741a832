using System.Text.Json.Nodes;

namespace EventBus.Testing.Schemas;

/// <summary>Makes data by a schema: with everything, with only what is required, and with each variant of each place once.</summary>
internal static class SchemaSamples
{
    // A type that contains itself is followed so far.
    private const int MaxDepth = 6;

    public static IEnumerable<JsonNode?> Of(JsonObject schema) => Of(SchemaView.Of(schema), 0);

    private static List<JsonNode?> Of(SchemaView schema, int depth) =>
        schema.IsAnything ? [JsonValue.Create("anything")]
        : schema.HasChoices ? [.. schema.Choices().SelectMany(choice => Of(choice, depth + 1))]
        : schema.Values is { } values ? [.. values.Select(value => value?.DeepClone())]
        : [.. (schema.Types ?? ["object"]).SelectMany(type => OfType(type, schema, depth))];

    private static IEnumerable<JsonNode?> OfType(string type, SchemaView schema, int depth) => type switch
    {
        "string" => [JsonValue.Create(TextOf(schema))],
        "integer" => [JsonValue.Create(1)],
        "number" => [JsonValue.Create(1.5m), JsonValue.Create(1)],
        "boolean" => [JsonValue.Create(true), JsonValue.Create(false)],
        "array" when depth >= MaxDepth => [new JsonArray()],
        "array" => [new JsonArray([.. (schema.Items is { } items ? Of(items, depth + 1) : [])]), new JsonArray()],
        "object" => Objects(schema, depth),
        _ => [null],
    };

    private static IEnumerable<JsonNode?> Objects(SchemaView schema, int depth)
    {
        var required = schema.Required.ToHashSet(StringComparer.Ordinal);
        var properties = schema.Properties.Where(property => depth < MaxDepth || required.Contains(property.Key))
            .Select(property => (Name: property.Key, Samples: Of(property.Value, depth + 1)))
            .Where(property => property.Samples.Count > 0)
            .ToList();
        if (schema.AdditionalProperties is { IsNothing: false } values && depth < MaxDepth)
        {
            properties.Add(("key", Of(values, depth + 1)));
        }

        yield return Make(properties, _ => 0);
        if (properties.Exists(property => !required.Contains(property.Name)))
        {
            yield return Make(properties.FindAll(property => required.Contains(property.Name)), _ => 0);
        }

        foreach (var (name, samples) in properties)
        {
            for (var variant = 1; variant < samples.Count; variant++)
            {
                var chosen = variant;
                yield return Make(properties, other => other == name ? chosen : 0);
            }
        }
    }

    private static JsonObject Make(List<(string Name, List<JsonNode?> Samples)> properties, Func<string, int> choice)
    {
        var made = new JsonObject();
        foreach (var (name, samples) in properties)
        {
            made[name] = samples[choice(name)]?.DeepClone();
        }

        return made;
    }

    private static string TextOf(SchemaView schema) => schema.Format switch
    {
        "date-time" => "2026-01-31T12:00:00+00:00",
        "date" => "2026-01-31",
        "time" => "12:00:00",
        "uuid" => "0195c7a1-0000-7abc-8def-0123456789ab",
        "uri" => "https://example.org/",
        _ when schema.MaxLength == 1 => "x",
        _ when schema.Pattern is { } pattern && pattern.Contains(':', StringComparison.Ordinal) => "01:02:03",
        _ when schema.Pattern is not null => "1",
        _ => "text",
    };
}
