using EventBus.Conformance.Catalog;

namespace EventBus.InMemory.Tests;

public sealed class ConformanceCatalogTests
{
    private static readonly Type[] Types = typeof(ConformanceCatalogTests).Assembly.GetTypes();

    [Fact]
    public void MissingLeaves_AllThere_AreNone() => Assert.Empty(ConformanceCatalog.MissingLeaves(Types));

    [Fact]
    public void MissingLeaves_AnyOneForgotten_IsNamed()
    {
        var leaves = Types.Where(type => type.BaseType is { IsGenericType: true } parent && ConformanceCatalog.Suite.Contains(parent.GetGenericTypeDefinition())).ToArray();
        Assert.Equal(4 * ConformanceCatalog.Suite.Count, leaves.Length);
        Assert.All(leaves, leaf =>
        {
            var missing = Assert.Single(ConformanceCatalog.MissingLeaves(Types.Where(type => type != leaf)));
            Assert.Contains(leaf.BaseType!.GetGenericArguments()[0].Name, missing, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void MissingLeaves_NoFixture_IsALack() => Assert.Single(ConformanceCatalog.MissingLeaves([typeof(ConformanceCatalogTests)]));

    [Theory]
    [InlineData("G1")]
    [InlineData("G2")]
    [InlineData("G3")]
    [InlineData("G4")]
    [InlineData("G5")]
    [InlineData("G6")]
    [InlineData("G7")]
    [InlineData("G8")]
    [InlineData("G9")]
    [InlineData("G10")]
    [InlineData("G11")]
    [InlineData("G12")]
    public void Suite_EachGuarantee_HasTests(string guarantee) =>
        Assert.Contains(ConformanceCatalog.Suite.SelectMany(suite => suite.GetMethods()), method => method.Name.StartsWith($"{guarantee}_", StringComparison.Ordinal));
}
