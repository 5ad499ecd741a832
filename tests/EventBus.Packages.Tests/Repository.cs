using System.Reflection;

namespace EventBus.Packages.Tests;

/// <summary>Where the build found things.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("RepoRoot");

    public static string PackageCache { get; } = Metadata("PackageCache");

    public static string LocalFeed { get; } = Path.Combine(Root, "eng", "packages");

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == key).Value!;
}
