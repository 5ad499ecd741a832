namespace EventBus.Docs.Tests;

/// <summary>The first program that a reader of README.md tries.</summary>
public sealed class FirstExampleTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task FirstExample_Run_PrintsWhatThePageSays()
    {
        var page = new Page("README.md");
        var example = page.Snippets("csharp")[0];
        var expected = page.Snippets("text")[0].Text;
        Assert.True(example.IsComplete, $"{example} is not a program of its own.");

        var output = await SnippetProgram.RunAsync(example).WaitAsync(Deadline, TestContext.Current.CancellationToken);

        Assert.Contains(expected, output, StringComparison.Ordinal);
    }
}
