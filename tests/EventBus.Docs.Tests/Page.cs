using System.Reflection;

namespace EventBus.Docs.Tests;

/// <summary>A page of the documentation: README.md, the core's own, or one of docs/.</summary>
internal sealed class Page(string name)
{
    private const string Fence = "```";

    public static string Root { get; } = typeof(Page).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(entry => entry.Key == "RepoRoot").Value!;

    /// <summary>All pages, by their paths in the repository.</summary>
    public static TheoryData<string> Names { get; } =
    [
        "README.md", "CHANGELOG.md", "src/EventBus/README.md",
        .. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal),
    ];

    public string File { get; } = Path.Combine(Root, name);

    /// <summary>The page's lines.</summary>
    public string[] Lines => System.IO.File.ReadAllLines(File);

    /// <summary>The rows of the table whose first column has this name, each as its cells without their code marks.</summary>
    public IReadOnlyList<string[]> Table(string firstColumn) =>
    [
        .. Lines.SkipWhile(line => !line.StartsWith($"| {firstColumn} |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Replace("`", string.Empty, StringComparison.Ordinal).Split('|')[1..^1])
            .Select(cells => Array.ConvertAll(cells, cell => cell.Trim())),
    ];

    /// <summary>The fenced blocks of a language, in their order.</summary>
    public IReadOnlyList<Snippet> Snippets(string language)
    {
        List<Snippet> snippets = [];
        List<string>? block = null;
        var (info, start) = (string.Empty, 0);
        foreach (var (index, line) in Lines.Index())
        {
            if (!line.StartsWith(Fence, StringComparison.Ordinal))
            {
                block?.Add(line);
            }
            else if (block is null)
            {
                (block, info, start) = ([], line[Fence.Length..].Trim(), index + 2);
            }
            else
            {
                if (info.Split(' ')[0] == language)
                {
                    snippets.Add(new Snippet(name, start, string.Join('\n', block)));
                }

                block = null;
            }
        }

        return snippets;
    }
}
