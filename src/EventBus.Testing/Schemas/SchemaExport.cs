using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using EventBus.Catalog;
using EventBus.Serialization;

namespace EventBus.Testing.Schemas;

/// <summary>Derives the schemas of event types from the JSON that the bus makes of them.</summary>
internal sealed class SchemaExport
{
    private readonly JsonSerializerOptions _options;
    private readonly JsonSchemaExporterOptions _exporter = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = WithFormat };

    public SchemaExport(EventCatalog catalog)
    {
        var json = catalog.Serializer as JsonEventSerializer ?? throw new EventBusException(
            $"The bus serializes with {catalog.Serializer.GetType().FullName}, and a schema registry needs JSON. Leave out UseSerializer.");

        // What a type would also put up with is no part of the contract: a number that may be read from a string is still a number.
        _options = new JsonSerializerOptions(json.Options)
        {
            NumberHandling = json.Options.NumberHandling & ~JsonNumberHandling.AllowReadingFromString,
        };
    }

    public ContractSchema SchemaOf(EventDefinition definition)
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = EventMetadata.SchemaOf(definition.Name, definition.Version),
        };
        if (_options.GetJsonSchemaAsNode(definition.EventType, _exporter) is JsonObject keywords)
        {
            foreach (var (keyword, value) in keywords)
            {
                schema[keyword] = value?.DeepClone();
            }
        }

        return new ContractSchema(definition.Name, definition.Version, schema);
    }

    // JSON has numbers of one kind; the types that read them have not.
    private static JsonNode WithFormat(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (schema is JsonObject keywords && NumberFormats.Of(type) is { } format)
        {
            keywords["format"] = format;
        }

        return schema;
    }
}
