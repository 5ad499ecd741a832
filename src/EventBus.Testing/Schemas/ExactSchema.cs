using System.Text.Json.Nodes;

namespace EventBus.Testing.Schemas;

/// <summary>The schema of a single value: that of a writer who writes nothing else.</summary>
internal static class ExactSchema
{
    public static JsonObject Of(JsonNode? value)
    {
        var schema = new JsonObject { ["type"] = SchemaView.TypeOf(value) };
        if (value is JsonObject properties)
        {
            schema["properties"] = new JsonObject(properties.Select(property => KeyValuePair.Create(property.Key, (JsonNode?)Of(property.Value))));
            schema["required"] = new JsonArray([.. properties.Select(property => (JsonNode?)property.Key)]);
        }
        else if (value is JsonArray { Count: > 0 } items)
        {
            schema["items"] = new JsonObject { ["anyOf"] = new JsonArray([.. items.Select(item => (JsonNode?)Of(item))]) };
        }
        else if (value is not JsonArray)
        {
            schema["const"] = value?.DeepClone();
        }

        return schema;
    }
}
