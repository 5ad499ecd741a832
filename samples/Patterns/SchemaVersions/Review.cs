using EventBus.Testing.Schemas;
using Microsoft.Extensions.DependencyInjection;

namespace SchemaVersions;

/// <summary>What a test of the payment service does: hold the contract against the reviewed schemas.</summary>
internal static class Review
{
    public static void Run(Expectations expect)
    {
        Console.WriteLine("3. The registry holds the contract against the reviewed files in schemas/");
        expect.That(Breaks(Payments.AddAll, SchemaCompatibility.Full).Count == 0, "v1, v2 and v3 are compatible, backward and forward");

        Console.WriteLine("  Somebody would like to publish a v4:");
        var breaks = Breaks(Payments.AddV4, SchemaCompatibility.Full);
        foreach (var found in breaks)
        {
            Console.WriteLine($"    - {found}");
        }

        expect.That(Has(SchemaCompatibility.Backward, "$.amount", "TypeChanged"), "v4 is refused: it cannot read the amounts of older payments");
        expect.That(Has(SchemaCompatibility.Backward, "$.merchant", "RequiredMissing"), "v4 is refused: older payments have no merchant");
        expect.That(Has(SchemaCompatibility.Forward, "$.card", "RequiredMissing"), "v4 is refused: older consumers need the card's text");
        Console.WriteLine();

        bool Has(SchemaCompatibility compatibility, string path, string rule) =>
            breaks.Any(found => (found.Compatibility, found.Path, found.Rule) == (compatibility, path, rule));
    }

    private static IReadOnlyList<SchemaBreak> Breaks(Action<EventBusBuilder> contract, SchemaCompatibility compatibility)
    {
        var services = new ServiceCollection();
        services.AddEventBus(contract);
        using var provider = services.BuildServiceProvider();
        try
        {
            new SchemaRegistry(provider, "schemas").Check(compatibility);
            return [];
        }
        catch (SchemaCompatibilityException exception)
        {
            return exception.Breaks;
        }
    }
}
