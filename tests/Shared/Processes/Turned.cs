namespace EventBus.Shared.Processes;

/// <summary>What the handlers of some runs make of each <see cref="Counted"/>.</summary>
public sealed record Turned(string Key, int Number)
{
    public const string Topic = "turned";

    public static Turned Of(Counted counted) => new(counted.Key, counted.Number);
}
