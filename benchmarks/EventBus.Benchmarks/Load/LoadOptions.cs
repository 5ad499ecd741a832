using System.Text.Json.Serialization;

namespace EventBus.Benchmarks.Load;

/// <summary>What the load command does.</summary>
internal sealed record LoadOptions
{
    public string Transport { get; init; } = "memory";

    public int Producers { get; init; } = 10;

    /// <summary>How many events each producer sends in a round.</summary>
    public int Messages { get; init; } = 10_000;

    public int Concurrency { get; init; } = 1;

    public int Keys { get; init; }

    public bool Scoped { get; init; }

    public int Batch { get; init; } = 1;

    public int Topics { get; init; } = 1;

    public int Partitions { get; init; } = 1;

    public int Groups { get; init; } = 1;

    public int Rounds { get; init; } = 5;

    /// <summary>Where the figures go as JSON; null for nowhere.</summary>
    [JsonIgnore]
    public FileInfo? Json { get; init; }
}
