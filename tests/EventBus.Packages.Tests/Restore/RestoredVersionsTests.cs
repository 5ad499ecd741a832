using System.Text.Json;

namespace EventBus.Packages.Tests.Restore;

/// <summary>
/// The build accepts a substituted version (NU1603) where packages are filled. Only those may be substituted: every other
/// package has to have a version that a project or a package asks for by its number.
/// </summary>
public sealed class RestoredVersionsTests
{
    private static readonly string[] ProjectFolders = ["src", "tests", "samples", "benchmarks"];

    [Fact]
    public void RestoredPackages_InEveryProject_HaveAVersionThatSomethingAsksFor()
    {
        var assetFiles = ProjectFolders
            .Select(folder => Path.Combine(Repository.Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "project.assets.json", SearchOption.AllDirectories))
            .ToList();

        Assert.NotEmpty(assetFiles);
        Assert.All(assetFiles, file => Assert.Empty(Substituted(file)));
    }

    private static IEnumerable<string> Substituted(string assetsFile)
    {
        using var assets = JsonDocument.Parse(File.ReadAllBytes(assetsFile));
        var asked = AskedFor(assets.RootElement).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. Libraries(assets.RootElement)
                .Where(library => !asked.Contains(library))
                .Where(library => !FilledPackages.Ids.Contains(library.Split('/')[0], StringComparer.OrdinalIgnoreCase)),
        ];
    }

    private static IEnumerable<string> Libraries(JsonElement assets) =>
        assets.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package")
            .Select(library => library.Name.Split('/'))
            .Select(parts => Identity(parts[0], parts[1]));

    private static IEnumerable<string> AskedFor(JsonElement assets)
    {
        foreach (var framework in assets.GetProperty("project").GetProperty("frameworks").EnumerateObject())
        {
            foreach (var dependency in Dependencies(framework.Value))
            {
                if (dependency.Value.TryGetProperty("version", out var version))
                {
                    yield return Identity(dependency.Name, version.GetString()!);
                }
            }
        }

        foreach (var target in assets.GetProperty("targets").EnumerateObject())
        {
            foreach (var dependency in target.Value.EnumerateObject().SelectMany(library => Dependencies(library.Value)))
            {
                yield return Identity(dependency.Name, dependency.Value.GetString()!);
            }
        }
    }

    private static JsonElement.ObjectEnumerator Dependencies(JsonElement owner) =>
        owner.TryGetProperty("dependencies", out var dependencies) ? dependencies.EnumerateObject() : default;

    /// <summary>A package with the lower bound of a version range, its numbers padded: "A" and "[1.2, )" is "A/1.2.0".</summary>
    private static string Identity(string id, string range)
    {
        var lowest = range.Trim('[', '(', ']', ')').Split(',')[0].Trim();
        var parts = lowest.Split('-', 2);
        var numbers = parts[0].Split('.');
        var padded = string.Join('.', numbers.Concat(Enumerable.Repeat("0", Math.Max(0, 3 - numbers.Length))));
        return parts.Length == 1 ? $"{id}/{padded}" : $"{id}/{padded}-{parts[1]}";
    }
}
