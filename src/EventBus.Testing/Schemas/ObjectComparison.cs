namespace EventBus.Testing.Schemas;

/// <summary>Compares the properties of objects, and the values of dictionaries.</summary>
internal static class ObjectComparison
{
    public static IEnumerable<Mismatch> Compare(
        SchemaView writer, SchemaView reader, string path, Func<SchemaView, SchemaView, string, List<Mismatch>> compare)
    {
        var always = writer.Required.ToHashSet(StringComparer.Ordinal);
        foreach (var name in reader.Required.Where(name => !always.Contains(name)))
        {
            var rule = writer.Property(name) is null ? SchemaRules.RequiredMissing : SchemaRules.RequiredOptional;
            yield return new Mismatch($"{path}.{name}", rule);
        }

        var written = writer.Properties.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, property) in reader.Properties)
        {
            if ((written.GetValueOrDefault(name) ?? writer.AdditionalProperties) is { } value)
            {
                foreach (var found in compare(value, property, $"{path}.{name}"))
                {
                    yield return found;
                }
            }
        }

        foreach (var found in reader.AdditionalProperties is { } others ? CompareOthers(writer, reader, others, path, compare) : [])
        {
            yield return found;
        }
    }

    // What the reader has no property for: it refuses it, or keeps it as a value of a dictionary.
    private static IEnumerable<Mismatch> CompareOthers(
        SchemaView writer, SchemaView reader, SchemaView others, string path, Func<SchemaView, SchemaView, string, List<Mismatch>> compare)
    {
        foreach (var (name, property) in writer.Properties.Where(property => reader.Property(property.Key) is null))
        {
            IEnumerable<Mismatch> mismatches = others.IsNothing
                ? [new Mismatch($"{path}.{name}", SchemaRules.PropertyRefused)]
                : compare(property, others, $"{path}.{name}");
            foreach (var found in mismatches)
            {
                yield return found;
            }
        }

        foreach (var found in writer.AdditionalProperties is { } values ? compare(values, others, $"{path}{{}}") : [])
        {
            yield return found;
        }
    }
}
