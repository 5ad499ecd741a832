using System.Text.Json;

namespace EventBus.Shared.Processes;

/// <summary>What a process is to do. It stands on its command line.</summary>
public sealed record ProcessSettings
{
    /// <summary>The only group.</summary>
    public const string Group = "group";

    /// <summary>What the transport connects with.</summary>
    public required string Address { get; init; }

    /// <summary>What the topics and groups of the run begin with, on brokers that are not the run's own.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>Where it writes its journal.</summary>
    public string Journal { get; init; } = string.Empty;

    public int Partitions { get; init; } = 1;

    /// <summary>How soon a member is taken for dead; null for the transport's own default.</summary>
    public TimeSpan? MemberTimeout { get; init; }

    /// <summary>How many events to publish; 0 for a member, which handles them.</summary>
    public int Count { get; init; }

    public int Keys { get; init; } = 1;

    /// <summary>How many events are published in a second.</summary>
    public int Rate { get; init; } = 1;

    /// <summary>Whether members compete for events, where a transport knows that.</summary>
    public bool IsCompeting { get; init; }

    /// <summary>Whether members make a <see cref="Turned"/> of each event, exactly once.</summary>
    public bool IsTurning { get; init; }

    /// <summary>A file that handlers wait for; null where they do not wait.</summary>
    public string? Gate { get; init; }

    public static ProcessSettings Parse(string argument) => JsonSerializer.Deserialize(argument, ProcessJson.Default.ProcessSettings)!;

    public string ToArgument() => JsonSerializer.Serialize(this, ProcessJson.Default.ProcessSettings);
}
