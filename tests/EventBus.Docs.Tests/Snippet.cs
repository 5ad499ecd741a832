namespace EventBus.Docs.Tests;

/// <summary>A fenced block of a page.</summary>
/// <param name="Page">The page's path in the repository.</param>
/// <param name="Line">The page's line at which the block starts.</param>
/// <param name="Text">What stands in the block.</param>
internal sealed record Snippet(string Page, int Line, string Text)
{
    /// <summary>Whether it is a program of its own, and not an extract of one: it says what it uses.</summary>
    public bool IsComplete => Text.StartsWith("using ", StringComparison.Ordinal);

    public override string ToString() => $"{Page}:{Line}";
}
