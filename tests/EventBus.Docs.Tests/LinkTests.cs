using System.Text.RegularExpressions;

namespace EventBus.Docs.Tests;

/// <summary>A link from one page to another leads somewhere.</summary>
public sealed partial class LinkTests
{
    [Theory]
    [MemberData(nameof(Page.Names), MemberType = typeof(Page))]
    public void Links_OnThePage_LeadToFilesAndHeadings(string page)
    {
        var from = new Page(page);
        var broken = from.Lines.SelectMany(line => Link().Matches(line))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !Exists(from, target));

        Assert.Empty(broken);
    }

    private static bool Exists(Page from, string target)
    {
        var parts = target.Split('#', 2);
        var file = parts[0].Length == 0 ? from.File : Path.Combine(Path.GetDirectoryName(from.File)!, parts[0]);
        return parts.Length == 1
            ? Path.Exists(file)
            : File.Exists(file) && File.ReadLines(file).Any(line => line.StartsWith('#') && Anchor(line) == parts[1]);
    }

    // As the usual renderers make it of a heading.
    private static string Anchor(string heading) =>
        NotInAnchor().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), string.Empty).Replace(' ', '-');

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.None, 1_000)]
    private static partial Regex NotInAnchor();
}
