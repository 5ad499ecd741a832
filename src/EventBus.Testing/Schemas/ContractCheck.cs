using System.Globalization;
using System.Text.Json.Nodes;
using EventBus.Catalog;

namespace EventBus.Testing.Schemas;

/// <summary>Holds the versions of one contract against each other, and the registered ones against their files.</summary>
internal sealed class ContractCheck(
    string contract, EventCatalog catalog, IReadOnlyList<ContractSchema> present, IReadOnlyList<ContractSchema> accepted)
{
    public IEnumerable<SchemaBreak> Breaks(SchemaCompatibility compatibility)
    {
        var all = present.Concat(accepted).DistinctBy(schema => schema.Version).ToList();
        var pairs = from older in all from newer in all where older.Version < newer.Version
                    orderby newer.Version - older.Version, older.Version
                    select (older, newer);
        List<SchemaBreak> found = [.. present.SelectMany(OfOneVersion)];
        foreach (var (older, newer) in pairs)
        {
            // Two that are far apart mostly break where two of those in between do: told once, for the nearest.
            found.AddRange(OfTwoVersions(older, newer, compatibility).Where(one => !found.Exists(told => IsWithin(told, one))).ToList());
        }

        return found;
    }

    private static bool IsWithin(SchemaBreak told, SchemaBreak one) =>
        told.OldVersion < told.NewVersion && told.OldVersion >= one.OldVersion && told.NewVersion <= one.NewVersion
        && (told.Compatibility, told.Path, told.Rule) == (one.Compatibility, one.Path, one.Rule);

    private IEnumerable<SchemaBreak> OfOneVersion(ContractSchema now)
    {
        var was = accepted.FirstOrDefault(schema => schema.Version == now.Version);
        if (was is null)
        {
            return [New(now.Version, now.Version, SchemaCompatibility.None, new Mismatch("$", SchemaRules.NotAccepted, "there is no file for it"))];
        }

        // The number is the same, so neither side can tell the change: both have to get on with it.
        List<SchemaBreak> breaks =
        [
            .. SchemaComparison.Compare(was.Json, now.Json).Select(found => New(now.Version, now.Version, SchemaCompatibility.Backward, found)),
            .. SchemaComparison.Compare(now.Json, was.Json).Select(found => New(now.Version, now.Version, SchemaCompatibility.Forward, found)),
        ];
        return breaks.Count > 0 || JsonNode.DeepEquals(was.Json, now.Json)
            ? breaks
            : [New(now.Version, now.Version, SchemaCompatibility.None, new Mismatch("$", SchemaRules.NotAccepted, "the change breaks nobody"))];
    }

    private IEnumerable<SchemaBreak> OfTwoVersions(ContractSchema older, ContractSchema newer, SchemaCompatibility compatibility)
    {
        var backward = compatibility.HasFlag(SchemaCompatibility.Backward) ? Backward(older, newer) : [];
        var forward = compatibility.HasFlag(SchemaCompatibility.Forward) ? SchemaComparison.Compare(newer.Json, older.Json) : [];
        return
        [
            .. backward.Select(found => New(older.Version, newer.Version, SchemaCompatibility.Backward, found)),
            .. forward.Select(found => New(older.Version, newer.Version, SchemaCompatibility.Forward, found)),
        ];
    }

    private IEnumerable<Mismatch> Backward(ContractSchema older, ContractSchema newer)
    {
        var chain = catalog.Upcasters.ChainsTo(contract, newer.Version).FirstOrDefault(chain => chain.From == older.Version);
        if (chain is { IsPlain: false })
        {
            var registered = catalog.Definitions
                .FirstOrDefault(definition => definition.Name == contract && definition.Version == newer.Version);
            return new UpcastCheck(chain, registered).Compare(older.Json, newer.Json);
        }

        var found = SchemaComparison.Compare(older.Json, newer.Json);
        return found.Count > 0 || chain is not null ? found : [new Mismatch("$", SchemaRules.UpcasterMissing)];
    }

    private SchemaBreak New(int older, int newer, SchemaCompatibility compatibility, Mismatch found)
    {
        var isForward = compatibility == SchemaCompatibility.Forward;
        var ofOneVersion = older == newer && compatibility != SchemaCompatibility.None;
        var message = Fill(isForward ? found.Rule.Forward : found.Rule.Backward, ofOneVersion);
        var advice = ofOneVersion ? "Leave version OLD as it was published, and register the change as version NEXT."
            : isForward ? found.Rule.ForwardAdvice
            : found.Rule.BackwardAdvice;
        return new SchemaBreak(
            contract, older, newer, compatibility, found.Path, found.Rule.Name,
            found.Detail is null ? $"{message}." : $"{message} ({found.Detail}).", Fill(advice, tellApart: false));

        // Of one version there are two: as it was accepted, and as it is now.
        string Fill(string text, bool tellApart) => text
            .Replace("OLD", $"{Text(older)}{(tellApart ? " as it was published" : "")}", StringComparison.Ordinal)
            .Replace("NEW", $"{Text(newer)}{(tellApart ? " as it is now" : "")}", StringComparison.Ordinal)
            .Replace("NEXT", Text(newer + 1), StringComparison.Ordinal)
            .Replace("CONTRACT", contract, StringComparison.Ordinal);
    }

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);
}
