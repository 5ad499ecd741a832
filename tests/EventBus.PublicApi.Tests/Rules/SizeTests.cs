using System.Reflection;

namespace EventBus.PublicApi.Tests.Rules;

/// <summary>How much a reader and a user have to meet.</summary>
public sealed class SizeTests
{
    private const int LongestFile = 350;
    private const int MedianFile = 60;
    private const int LargestInterface = 4;

    /// <summary>The most public types of a package; a package that is not listed is a transport, and may have six.</summary>
    private static readonly Dictionary<string, int> MostTypes = new(StringComparer.Ordinal)
    {
        ["EventBus"] = 45,
        ["EventBus.Conformance"] = 45,
        ["EventBus.Testing"] = 15,
    };

    [Theory]
    [MemberData(nameof(Packages.Names), MemberType = typeof(Packages))]
    public void PublicTypes_OfAPackage_AreFew(string package)
    {
        var types = Packages.Load(package).GetExportedTypes();

        Assert.InRange(types.Length, 1, MostTypes.GetValueOrDefault(package, 6));
    }

    [Theory]
    [MemberData(nameof(Packages.Names), MemberType = typeof(Packages))]
    public void Interfaces_OfAPackage_HaveFewMembersToImplement(string package)
    {
        var tooLarge = Packages.Load(package).GetExportedTypes()
            .Where(type => type.IsInterface && ToImplement(type) > LargestInterface)
            .Select(type => $"{type}: {ToImplement(type)} members");

        Assert.Empty(tooLarge);
    }

    [Fact]
    public void Files_OfTheSources_AreShort()
    {
        var files = Packages.Names.SelectMany(package => Packages.Files(package.Data))
            .Select(file => (Name: file, Length: File.ReadLines(file).Count()))
            .OrderBy(file => file.Length)
            .ToList();

        Assert.Empty(files.Where(file => file.Length > LongestFile).Select(file => $"{file.Name}: {file.Length} lines"));
        Assert.InRange(files[files.Count / 2].Length, 1, MedianFile);
    }

    // A property is one member, whatever accessors it has.
    private static int ToImplement(Type type) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Count(method => method.IsAbstract && !method.Name.StartsWith("set_", StringComparison.Ordinal));
}
