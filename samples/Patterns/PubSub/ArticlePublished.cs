namespace Newsroom;

internal sealed record ArticlePublished(string Title, string Author);
