namespace EventBus.Shared.Runs;

/// <summary>An event of the tests.</summary>
public sealed record Noted(string Key, int Number);
