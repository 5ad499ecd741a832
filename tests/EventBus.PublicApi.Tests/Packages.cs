using System.Reflection;

namespace EventBus.PublicApi.Tests;

/// <summary>The packages of this repository: a folder of src, a project and an assembly of the same name.</summary>
internal static class Packages
{
    public static string Source { get; } = Path.Combine(
        typeof(Packages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "RepoRoot").Value!,
        "src");

    /// <summary>Their names, as test data.</summary>
    public static TheoryData<string> Names { get; } =
    [
        .. Directory.GetFiles(Source, "*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Order(StringComparer.Ordinal),
    ];

    public static Assembly Load(string package) => Assembly.Load(package);

    /// <summary>The C# files that a package's author wrote.</summary>
    public static IEnumerable<string> Files(string package)
    {
        var folder = Path.Combine(Source, package);
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));
    }
}
