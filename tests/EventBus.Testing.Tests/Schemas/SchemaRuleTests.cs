using System.Text.Json.Serialization;
using EventBus.Testing.Schemas;

namespace EventBus.Testing.Tests.Schemas;

/// <summary>
/// Each rule in both directions: going from the first type to the second breaks readers in one direction, and going back breaks them in the
/// other. What may change stands beside it.
/// </summary>
public sealed class SchemaRuleTests
{
    [Fact]
    public void Property_AddedAsRequired_BreaksNewReadersAndTheRemovalOldOnes() => BothWays<Empty, Named>("RequiredMissing", "$.name");

    [Fact]
    public void Property_MadeRequired_BreaksNewReadersAndTheReverseOldOnes() => BothWays<MaybeName, Named>("RequiredOptional", "$.name");

    [Fact]
    public void Property_AddedOrRemovedAsOptional_BreaksNobody() => Nothing<Empty, MaybeName>();

    [Fact]
    public void Type_Changed_BreaksBoth()
    {
        BothWays<Number, NumberAsText>("TypeChanged", "$.value");
        BothWays<NumberAsText, Number>("TypeChanged", "$.value");
    }

    [Fact]
    public void Nullable_MadeNonNullable_BreaksNewReadersAndTheReverseOldOnes() => BothWays<NullableName, Named>("NullRefused", "$.name");

    [Fact]
    public void Enum_Narrowed_BreaksNewReadersAndTheReverseOldOnes() => BothWays<Colour, Grey>("EnumNarrowed", "$.shade", "\"Red\"");

    [Fact]
    public void Text_MadeAnEnum_BreaksNewReadersAndTheReverseOldOnes() => BothWays<AnyShade, Grey>("EnumNarrowed", "$.shade");

    [Fact]
    public void Number_Narrowed_BreaksNewReadersAndTheReverseOldOnes()
    {
        BothWays<Long, Number>("NumberNarrowed", "$.value");
        BothWays<Amount, Precise>("NumberNarrowed", "$.value");
        BothWays<Precise, Amount>("NumberNarrowed", "$.value");
    }

    [Fact]
    public void Number_MadeAFraction_BreaksOldReadersOnly() =>
        Assert.Equal([("TypeChanged", "$.value")], Found<Number, Amount>(SchemaCompatibility.Full, SchemaCompatibility.Forward));

    [Fact]
    public void Text_OfAnotherForm_BreaksNewReadersAndTheReverseOldOnes()
    {
        BothWays<Text, Id>("FormatChanged", "$.value");
        BothWays<Time, Id>("FormatChanged", "$.value");
    }

    [Fact]
    public void ArrayItems_Changed_AreToldByTheirPath() => BothWays<Numbers, Texts>("TypeChanged", "$.values[]");

    [Fact]
    public void DictionaryValues_Changed_AreToldByTheirPath() => BothWays<NumberMap, TextMap>("TypeChanged", "$.values{}");

    [Fact]
    public void NestedObject_Changed_IsToldByItsPath() => BothWays<Outer<MaybeName>, Outer<Named>>("RequiredOptional", "$.inner[].name");

    [Fact]
    public void DerivedType_Removed_BreaksNewReadersAndTheReverseOldOnes() => BothWays<Owner, CatOwner>("SubtypeUnknown", "$.pet", "\"dog\"");

    [Fact]
    public void DerivedType_Changed_IsComparedWithItsOwn() => BothWays<OwnerBefore, Owner>("RequiredMissing", "$.pet.lives");

    [Fact]
    public void ReaderThatRefusesUnknownProperties_SeesOne_Breaks() => BothWays<MaybeName, Strict>("PropertyRefused", "$.name");

    [Fact]
    public void TypeThatContainsItself_Changed_IsToldAndEnds() =>
        Assert.Contains(Registry.Breaks<TreeBefore, Tree>(SchemaCompatibility.Backward), found => (found.Path, found.Rule) == ("$.next.weight", "RequiredMissing"));

    [Fact]
    public void AnyValue_MadeAType_BreaksNewReadersAndTheReverseOldOnes() => BothWays<Anything, Text>("TypeChanged", "$.value");

    private static void BothWays<TOld, TNew>(string rule, string path, string? detail = null)
        where TOld : notnull
        where TNew : notnull
    {
        var backward = Assert.Single(Registry.Breaks<TOld, TNew>(SchemaCompatibility.Backward));
        var forward = Assert.Single(Registry.Breaks<TNew, TOld>(SchemaCompatibility.Forward));

        Assert.Equal((rule, path, SchemaCompatibility.Backward), (backward.Rule, backward.Path, backward.Compatibility));
        Assert.Equal((rule, path, SchemaCompatibility.Forward), (forward.Rule, forward.Path, forward.Compatibility));
        Assert.Contains(detail ?? "", backward.Message, StringComparison.Ordinal);
        Assert.NotEqual(backward.Message, forward.Message);
        Assert.All([backward, forward], found => Assert.True(
            found is { OldVersion: 1, NewVersion: 2, Contract: Registry.Contract } && found.Message.Contains("version ", StringComparison.Ordinal) | found.Message.Contains("consumers", StringComparison.Ordinal) && found.Advice.Length > 0,
            found.ToString()));
    }

    private static void Nothing<TOld, TNew>()
        where TOld : notnull
        where TNew : notnull
    {
        Assert.Empty(Registry.Breaks<TOld, TNew>(SchemaCompatibility.Full));
        Assert.Empty(Registry.Breaks<TNew, TOld>(SchemaCompatibility.Full));
    }

    private static IEnumerable<(string Rule, string Path)> Found<TOld, TNew>(SchemaCompatibility compatibility, SchemaCompatibility broken)
        where TOld : notnull
        where TNew : notnull
    {
        var breaks = Registry.Breaks<TOld, TNew>(compatibility);
        Assert.All(breaks, found => Assert.Equal(broken, found.Compatibility));
        return breaks.Select(found => (found.Rule, found.Path));
    }

    private sealed record Empty;

    private sealed record Named(string Name);

    private sealed record MaybeName(string Name = "");

    private sealed record NullableName(string? Name);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record Strict;

    private sealed record Number(int Value);

    private sealed record Long(long Value);

    private sealed record Amount(decimal Value);

    private sealed record Precise(double Value);

    private sealed record NumberAsText(string Value);

    private sealed record Text(string Value);

    private sealed record Id(Guid Value);

    private sealed record Time(DateTimeOffset Value);

    private sealed record Anything(object Value);

    private sealed record Numbers(int[] Values);

    private sealed record Texts(List<string> Values);

    private sealed record NumberMap(Dictionary<string, int> Values);

    private sealed record TextMap(Dictionary<string, string> Values);

    private sealed record Outer<T>(T[] Inner);

    private sealed record AnyShade(string Shade);

    private sealed record Colour(Shades Shade);

    private sealed record Grey(Greys Shade);

    [JsonConverter(typeof(JsonStringEnumConverter<Shades>))]
    private enum Shades
    {
        Black,
        White,
        Red,
    }

    [JsonConverter(typeof(JsonStringEnumConverter<Greys>))]
    private enum Greys
    {
        White,
        Black,
    }

    private sealed record Tree(int Weight, Tree? Next = null);

    private sealed record TreeBefore
    {
        public TreeBefore? Next { get; init; }
    }

    private sealed record Owner(Pet Pet);

    [JsonPolymorphic]
    [JsonDerivedType(typeof(Cat), "cat")]
    [JsonDerivedType(typeof(Dog), "dog")]
    private abstract record Pet;

    private sealed record Cat(int Lives) : Pet;

    private sealed record Dog : Pet;

    private sealed record CatOwner(OnlyCat Pet);

    [JsonPolymorphic]
    [JsonDerivedType(typeof(TheCat), "cat")]
    private abstract record OnlyCat;

    private sealed record TheCat(int Lives) : OnlyCat;

    private sealed record OwnerBefore(PetBefore Pet);

    [JsonPolymorphic]
    [JsonDerivedType(typeof(CatBefore), "cat")]
    [JsonDerivedType(typeof(DogBefore), "dog")]
    private abstract record PetBefore;

    private sealed record CatBefore : PetBefore;

    private sealed record DogBefore : PetBefore;
}
