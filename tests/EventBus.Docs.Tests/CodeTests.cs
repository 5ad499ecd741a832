namespace EventBus.Docs.Tests;

/// <summary>What the pages show compiles against the sources beside them.</summary>
public sealed class CodeTests
{
    [Theory]
    [MemberData(nameof(Page.Names), MemberType = typeof(Page))]
    public void Code_OnThePage_Compiles(string page)
    {
        var problems = new Page(page).Snippets("csharp").SelectMany(SnippetCompiler.Problems).ToList();

        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems));
    }
}
