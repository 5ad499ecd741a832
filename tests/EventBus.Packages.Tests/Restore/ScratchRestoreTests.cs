using System.Diagnostics;
using System.Xml.Linq;

namespace EventBus.Packages.Tests.Restore;

/// <summary>
/// A restore as a stranger does it: an own project outside of the repository, with an empty package cache. What the build has
/// restored already stands for the public source, so that the test needs no network; the filled packages come from the local
/// feed and from nowhere else.
/// </summary>
public sealed class ScratchRestoreTests
{
    [Theory]
    [InlineData("StackExchange.Redis", "2.13.23")]
    [InlineData("Confluent.Kafka", "2.15.1")]
    public async Task Restore_WithAnEmptyPackageCache_FindsThePackageAndAllItNeeds(string id, string version)
    {
        using var folder = new TemporaryFolder();
        Project(id, version).Save(folder.Combine("scratch.csproj"));
        NuGetConfig().Save(folder.Combine("nuget.config"));
        var cache = folder.Combine("cache");

        var (exitCode, output) = await RestoreAsync(folder.FullName, cache);

        Assert.True(exitCode == 0, output);
        Assert.True(Directory.Exists(Path.Combine(cache, id.ToLowerInvariant(), version)), output);
    }

    private static XDocument Project(string id, string version) => new(
        new XElement(
            "Project",
            new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement("PropertyGroup", new XElement("TargetFramework", "net10.0")),
            new XElement(
                "ItemGroup",
                new XElement("PackageReference", new XAttribute("Include", id), new XAttribute("Version", version)))));

    private static XDocument NuGetConfig()
    {
        var filled = Directory.GetFiles(Repository.LocalFeed, "*.nupkg").Length != 0 ? FilledPackages.Ids : [];
        return new XDocument(
            new XElement(
                "configuration",
                new XElement(
                    "packageSources",
                    new XElement("clear"),
                    Source("restored", Repository.PackageCache),
                    Source("local", Repository.LocalFeed)),
                new XElement(
                    "packageSourceMapping",
                    Mapping("restored", ["*"]),
                    filled.Length == 0 ? null : Mapping("local", filled))));
    }

    private static XElement Source(string key, string path) =>
        new("add", new XAttribute("key", key), new XAttribute("value", path));

    private static XElement Mapping(string source, string[] patterns) => new(
        "packageSource",
        new XAttribute("key", source),
        patterns.Select(pattern => new XElement("package", new XAttribute("pattern", pattern))));

    private static async Task<(int ExitCode, string Output)> RestoreAsync(string folder, string cache)
    {
        var start = new ProcessStartInfo("dotnet", ["restore", "-nodeReuse:false"])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["NUGET_PACKAGES"] = cache;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).Within();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).Within();
        return (process.ExitCode, output);
    }
}
