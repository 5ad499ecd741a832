namespace EventBus.Testing.Schemas;

/// <summary>A place in which a reader cannot take what a writer may write.</summary>
internal sealed record Mismatch(string Path, SchemaRule Rule, string? Detail = null);
