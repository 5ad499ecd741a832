using System.Text;
using System.Text.Json.Nodes;
using EventBus.Catalog;
using EventBus.Catalog.Versions;

namespace EventBus.Testing.Schemas;

/// <summary>Runs upcasters on data that an older schema allows, and holds what comes out against the newer one.</summary>
/// <param name="chain">The upcasters.</param>
/// <param name="registered">What reads the newer version here; null where it is only known by its file.</param>
internal sealed class UpcastCheck(UpcastChain chain, EventDefinition? registered)
{
    public IEnumerable<Mismatch> Compare(JsonObject older, JsonObject newer) =>
        SchemaSamples.Of(older).OfType<JsonObject>()
            .SelectMany(sample => CompareOne(sample, newer))
            .DistinctBy(found => (found.Path, found.Rule));

    private List<Mismatch> CompareOne(JsonObject sample, JsonObject newer)
    {
        var text = sample.ToJsonString();
        try
        {
            var data = chain.Run(Encoding.UTF8.GetBytes(text));
            var found = SchemaComparison.Compare(ExactSchema.Of(JsonNode.Parse(data.Span)), newer);
            if (found.Count == 0)
            {
                registered?.Deserialize(data);
            }

            return [.. found.Select(mismatch => mismatch with { Detail = $"{mismatch.Detail ?? "as it comes out of the upcasters"}, for {text}" })];
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return [new Mismatch("$", SchemaRules.UpcasterFailed, $"{exception.Message} It was given {text}")];
        }
    }
}
