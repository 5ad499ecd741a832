using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EventBus.Testing.Schemas;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Testing.Tests.Schemas;

public sealed class SchemaRegistryTests : IDisposable
{
    private readonly Registry _registry = new();

    public void Dispose() => _registry.Dispose();

    [Fact]
    public void Check_NewContract_AsksForAReviewAndPassesOnceAccepted()
    {
        var asked = Assert.Single(_registry.Breaks(SchemaCompatibility.Full, First));
        var written = _registry.Accept(First);

        Assert.Equal(("NotAccepted", SchemaCompatibility.None), (asked.Rule, asked.Compatibility));
        Assert.Contains($"{SchemaRegistry.AcceptVariable}=1", asked.Advice, StringComparison.Ordinal);
        Assert.Equal([_registry.File(1)], written);
        Assert.Empty(_registry.Breaks(SchemaCompatibility.Full, First));
        Assert.Empty(_registry.Accept(First));
    }

    [Fact]
    public void Accept_ASchema_IsReadableAndNamesItsContract()
    {
        _registry.Accept(First);

        var text = File.ReadAllText(_registry.File(1));

        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var schema = JsonNode.Parse(text)!;
        Assert.Equal("urn:eventbus:thing.happened:1", (string?)schema["$id"]);
        Assert.Equal("string", (string?)schema["properties"]!["amount"]!["type"]);
    }

    [Fact]
    public void Check_PublishedVersionChanged_BreaksWhoeverReadsItAndNamesTheNextVersion()
    {
        _registry.Accepted<One>(1);

        var breaks = _registry.Breaks(SchemaCompatibility.None, bus => bus.Event<Two>(Registry.Contract, version: 1));

        Assert.Contains(breaks, found => (found.Compatibility, found.Path, found.Rule) == (SchemaCompatibility.Backward, "$.currency", "RequiredMissing"));
        Assert.Contains(breaks, found => (found.Compatibility, found.Path, found.Rule) == (SchemaCompatibility.Forward, "$.amount", "TypeChanged"));
        Assert.All(breaks, found => Assert.Contains("register the change as version 2", found.Advice, StringComparison.Ordinal));
    }

    [Fact]
    public void Check_PublishedVersionChangedForNobody_AsksForAReview()
    {
        _registry.Accepted<One>(1);

        var asked = Assert.Single(_registry.Breaks(SchemaCompatibility.Full, bus => bus.Event<OneAndMore>(Registry.Contract)));

        Assert.Equal("NotAccepted", asked.Rule);
    }

    [Fact]
    public void Check_BreakThatUpcastersBridge_Passes()
    {
        _registry.Accepted<One>(1).Accepted<Two>(2).Accepted<Three>(3);

        Assert.Empty(_registry.Breaks(SchemaCompatibility.Backward, bus => bus.Event<Three>(Registry.Contract, version: 3)
            .Upcast(Registry.Contract, 1, ToTwo).Upcast(Registry.Contract, 2, ToThree)));
    }

    [Fact]
    public void Check_UpcasterThatForgetsSomething_TellsWhatItLacksWithTheSample()
    {
        _registry.Accepted<One>(1).Accepted<Two>(2);

        var found = Assert.Single(_registry.Breaks(SchemaCompatibility.Backward, bus => bus.Event<Two>(Registry.Contract, version: 2)
            .Upcast(Registry.Contract, 1, one => new JsonObject { ["id"] = one["id"]!.DeepClone(), ["amount"] = 1m })));

        Assert.Equal(("$.currency", "RequiredMissing"), (found.Path, found.Rule));
        Assert.Contains("\"id\":\"text\"", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_UpcasterThatFailsForDataThatIsAllowed_TellsTheSampleThatItWasGiven()
    {
        _registry.Accepted<MaybeOne>(1).Accepted<Two>(2);

        var found = Assert.Single(_registry.Breaks(SchemaCompatibility.Backward, bus => bus.Event<Two>(Registry.Contract, version: 2)
            .Upcast(Registry.Contract, 1, one => new JsonObject
            {
                ["id"] = one["id"]!.DeepClone(), ["amount"] = ((string)one["amount"]!).Length, ["currency"] = "EUR",
            })));

        Assert.Equal("UpcasterFailed", found.Rule);
        Assert.Contains("The upcaster of 'thing.happened' from version 1 to 2 failed", found.Message, StringComparison.Ordinal);
        Assert.Contains("\"amount\":null", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_UpcastDataThatTheTypeItselfRefuses_IsABreak()
    {
        _registry.Accepted<One>(1).Accepted<WithId>(2);

        var found = Assert.Single(_registry.Breaks(SchemaCompatibility.Backward, bus => bus.Event<WithId>(Registry.Contract, version: 2)
            .Upcast(Registry.Contract, 1, one => new JsonObject { ["id"] = "no uuid" })));

        Assert.Equal("UpcasterFailed", found.Rule);
    }

    [Fact]
    public void Check_CompatibleVersionsWithoutAnUpcaster_NamesTheLineToAdd()
    {
        _registry.Accepted<One>(1).Accepted<OneAndMore>(2);

        var found = Assert.Single(_registry.Breaks(SchemaCompatibility.Full, bus => bus.Event<OneAndMore>(Registry.Contract, version: 2)));

        Assert.Equal("UpcasterMissing", found.Rule);
        Assert.Contains("bus.Upcast(\"thing.happened\", from: 1)", found.Advice, StringComparison.Ordinal);
        Assert.Empty(_registry.Breaks(SchemaCompatibility.Forward, bus => bus.Event<OneAndMore>(Registry.Contract, version: 2)));
    }

    [Fact]
    public void Check_SeveralVersions_TellsABreakOnceAndForTheNearest()
    {
        _registry.Accepted<One>(1).Accepted<OneAndMore>(2).Accepted<Two>(3);

        var breaks = _registry.Breaks(SchemaCompatibility.Forward, bus => bus.Event<Two>(Registry.Contract, version: 3));

        Assert.Equal([(2, 3, "$.amount")], breaks.Select(found => (found.OldVersion, found.NewVersion, found.Path)));
    }

    [Fact]
    public void Check_BreakBetweenVersionsThatAreFarApart_IsTold()
    {
        _registry.Accepted<Two>(1).Accepted<OnlyId>(2).Accepted<OddCurrency>(3);

        var breaks = _registry.Breaks(SchemaCompatibility.Backward, bus => bus.Event<OddCurrency>(Registry.Contract, version: 3)
            .Upcast(Registry.Contract, 1).Upcast(Registry.Contract, 2));

        Assert.Equal([(1, 3, "$.currency", "TypeChanged")], breaks.Select(found => (found.OldVersion, found.NewVersion, found.Path, found.Rule)));
    }

    [Fact]
    public void Check_OneContract_LeavesTheOthersAlone()
    {
        _registry.Accepted<One>(1);
        using var services = Services(bus => bus.Event<One>(Registry.Contract).Event<Two>("another.thing"));
        var registry = new SchemaRegistry(services, _registry.Folder);

        registry.Check(contract: Registry.Contract);
        var thrown = Assert.Throws<SchemaCompatibilityException>(() => registry.Check());

        Assert.Equal("another.thing", Assert.Single(thrown.Breaks).Contract);
        Assert.Contains(thrown.Breaks[0].ToString(), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_WithMistakesInTheWiring_TellsThem()
    {
        using var services = Services(bus => bus.Event<One>(Registry.Contract).Upcast("nobody", 1));

        var thrown = Assert.Throws<OptionsValidationException>(() => new SchemaRegistry(services, _registry.Folder).Check());

        Assert.Contains("'nobody'", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Registry_FolderThatIsNotThere_SaysWhereItLooked()
    {
        using var services = Services(First);

        var thrown = Assert.Throws<DirectoryNotFoundException>(() => new SchemaRegistry(services, "no-such-folder-of-schemas"));

        Assert.Contains(AppContext.BaseDirectory, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Registry_RelativeFolder_IsFoundAboveTheProgram()
    {
        using var services = Services(First);
        var above = Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))!);

        Assert.Null(Record.Exception(() => new SchemaRegistry(services, above)));
    }

    [Fact]
    public void Check_FileThatIsNoSchema_IsNamed()
    {
        File.WriteAllText(_registry.File(1), "[]");

        var thrown = Assert.Throws<EventBusException>(() => _registry.Breaks(SchemaCompatibility.Full, First));

        Assert.Contains(_registry.File(1), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Accept_TypesFromASourceGeneratedContext_HaveTheSameSchema()
    {
        _registry.Accepted<One>(1);

        Assert.Empty(_registry.Accept(bus => bus.Event(Registry.Contract, RegistryJson.Default.One)));
    }

    private static void First(EventBusBuilder bus) => bus.Event<One>(Registry.Contract);

    private static ServiceProvider Services(Action<EventBusBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddEventBus(configure);
        return services.BuildServiceProvider();
    }

    private static JsonObject ToTwo(JsonObject one)
    {
        one["amount"] = decimal.TryParse((string?)one["amount"], CultureInfo.InvariantCulture, out var amount) ? amount : 0;
        one["currency"] = "EUR";
        return one;
    }

    private static JsonObject ToThree(JsonObject two) => new()
    {
        ["id"] = two["id"]!.DeepClone(),
        ["total"] = new JsonObject { ["amount"] = two["amount"]!.DeepClone(), ["currency"] = two["currency"]!.DeepClone() },
    };

    internal sealed record One(string Id, string Amount);

    private sealed record MaybeOne(string Id, string? Amount);

    private sealed record OneAndMore(string Id, string Amount, string? Note = null);

    private sealed record Two(string Id, decimal Amount, string Currency);

    private sealed record OnlyId(string Id);

    private sealed record OddCurrency(string Id, int Currency = 0);

    private sealed record WithId(Guid Id);

    private sealed record Three(string Id, Total Total);

    private sealed record Total(decimal Amount, string Currency);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SchemaRegistryTests.One))]
internal sealed partial class RegistryJson : JsonSerializerContext;
