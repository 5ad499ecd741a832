using System.Text.Json.Nodes;

namespace EventBus.Testing.Schemas;

/// <summary>Finds what a reader cannot take of all that a writer may write.</summary>
internal sealed class SchemaComparison
{
    // A type that contains itself comes round to the same pair again, which says nothing new.
    private readonly HashSet<(JsonNode?, JsonNode?)> _under = [];

    private SchemaComparison()
    {
    }

    public static List<Mismatch> Compare(JsonObject writer, JsonObject reader) =>
        new SchemaComparison().Compare(SchemaView.Of(writer), SchemaView.Of(reader), "$");

    private List<Mismatch> Compare(SchemaView writer, SchemaView reader, string path)
    {
        if (reader.IsAnything || writer.IsNothing || !_under.Add((writer.Node, reader.Node)))
        {
            return [];
        }

        try
        {
            return writer.IsAnything || reader.IsNothing ? [new Mismatch(path, SchemaRules.TypeChanged, Change(writer, reader))]
                : writer.HasChoices ? [.. writer.Choices().SelectMany(choice => Compare(choice, reader, path)).Distinct()]
                : reader.HasChoices ? [.. writer.OfEachType().SelectMany(one => CompareWithChoices(one, reader, path)).Distinct()]
                : CompareValues(writer, reader, path);
        }
        finally
        {
            _under.Remove((writer.Node, reader.Node));
        }
    }

    // A derived type is compared with the one of the same name; anything else with whatever suits it best.
    private List<Mismatch> CompareWithChoices(SchemaView writer, SchemaView reader, string path)
    {
        var choices = reader.Choices().ToList();
        var isObject = writer.Types is null || writer.Types.Contains("object", StringComparer.Ordinal);
        var name = isObject ? writer.Properties.Where(property => property.Value.IsConstant).Select(property => property.Key)
            .FirstOrDefault(name => choices.Exists(choice => Mark(choice, name) is not null)) : null;
        if (name is not null)
        {
            var written = Mark(writer, name);
            return choices.Find(choice => JsonNode.DeepEquals(Mark(choice, name), written)) is { } match
                ? Compare(writer, match, path)
                : [new Mismatch(path, SchemaRules.SubtypeUnknown, written?.ToJsonString())];
        }

        return choices.Select(choice => Compare(writer, choice, path)).MinBy(found => found.Count) ?? [];
    }

    // What tells a derived type from the others.
    private static JsonNode? Mark(SchemaView schema, string name) =>
        schema.Property(name) is { IsConstant: true, Values: [var value] } ? value : null;

    private List<Mismatch> CompareValues(SchemaView writer, SchemaView reader, string path)
    {
        List<Mismatch> found = [];
        if (reader.Types is { } taken)
        {
            string[] refused = [.. (writer.Types ?? ["anything"]).Where(type => !Takes(taken, type))];
            if (refused.Contains("null", StringComparer.Ordinal))
            {
                found.Add(new Mismatch(path, SchemaRules.NullRefused));
            }

            if (refused.Any(type => type != "null"))
            {
                found.Add(new Mismatch(path, SchemaRules.TypeChanged, Change(writer, reader)));
                return found;
            }
        }

        found.AddRange(CompareText(writer, reader, path));
        found.AddRange(ObjectComparison.Compare(writer, reader, path, Compare));
        if (reader.Items is { } items && writer.Items is { } written)
        {
            found.AddRange(Compare(written, items, $"{path}[]"));
        }

        return found;
    }

    private static IEnumerable<Mismatch> CompareText(SchemaView writer, SchemaView reader, string path)
    {
        if (reader.Values is { } known)
        {
            string[] unknown =
            [
                .. from value in writer.Values ?? []
                   where value is not null && !known.Any(other => JsonNode.DeepEquals(other, value))
                   select value.ToJsonString(),
            ];
            if (writer.Values is null || unknown.Length > 0)
            {
                yield return new Mismatch(path, SchemaRules.EnumNarrowed, unknown.Length > 0 ? string.Join(", ", unknown) : "any value");
            }
        }

        // Of one given value it is known that it is right, or its type would not have taken it.
        if (writer.IsConstant)
        {
            yield break;
        }

        if (reader.Format is { } format && format != writer.Format)
        {
            if (!NumberFormats.IsNumber(format))
            {
                yield return new Mismatch(path, SchemaRules.FormatChanged, $"{Form(writer)} and {format}");
            }
            else if (!NumberFormats.Holds(format, writer.Format))
            {
                yield return new Mismatch(path, SchemaRules.NumberNarrowed, $"{writer.Format ?? "any number"} and {format}");
            }
        }
        else if ((reader.Pattern is { } pattern && pattern != writer.Pattern) || (reader.MaxLength is { } most && !(writer.MaxLength <= most)))
        {
            yield return new Mismatch(path, SchemaRules.FormatChanged, $"{Form(writer)} and {Form(reader)}");
        }
    }

    private static string Form(SchemaView schema) => schema.Format ?? schema.Pattern
        ?? (schema.MaxLength is { } most ? string.Create(null, $"at most {most} characters") : "any text");

    private static bool Takes(IReadOnlyList<string> taken, string type) =>
        taken.Contains(type, StringComparer.Ordinal) || (type == "integer" && taken.Contains("number", StringComparer.Ordinal));

    private static string Change(SchemaView writer, SchemaView reader) => $"{Text(writer)} is written, {Text(reader)} is read";

    private static string Text(SchemaView schema) =>
        schema.Types is { } types ? string.Join(" or ", types.Where(type => type != "null")) : "anything";
}
