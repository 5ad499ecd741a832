namespace EventBus.Shared.Processes;

/// <summary>The event of the runs: the numbers of each key count up from 0 in the order of publishing.</summary>
public sealed record Counted(string Key, int Number)
{
    public const string Topic = "counted";

    /// <summary>The event at a place in the order of all.</summary>
    public static Counted At(int index, int keys) => new($"key-{index % keys}", index / keys);
}
