using System.Globalization;

namespace EventBus.Kafka.TestProcess;

/// <summary>What a process is to do, as it stands on its command line.</summary>
public sealed record ProcessSettings
{
    /// <summary>The only group.</summary>
    public const string Group = "group";

    public required string Brokers { get; init; }

    /// <summary>What the topics and groups of the run begin with.</summary>
    public required string Prefix { get; init; }

    /// <summary>Where it writes its journal.</summary>
    public required string Journal { get; init; }

    public int Partitions { get; init; } = 1;

    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many events to publish; 0 for a member, which handles them.</summary>
    public int Count { get; init; }

    public int Keys { get; init; } = 1;

    /// <summary>How many events are published in a second.</summary>
    public int Rate { get; init; } = 1;

    /// <summary>Whether the member makes a <see cref="Turned"/> of each event, exactly once.</summary>
    public bool IsTurning { get; init; }

    /// <summary>A file that handlers wait for; null where they do not wait.</summary>
    public string? Gate { get; init; }

    public static ProcessSettings Parse(string[] args) => new()
    {
        Brokers = args[0],
        Prefix = args[1],
        Journal = args[2],
        Partitions = Number(args[3]),
        SessionTimeout = TimeSpan.FromMilliseconds(Number(args[4])),
        Count = Number(args[5]),
        Keys = Number(args[6]),
        Rate = Number(args[7]),
        IsTurning = bool.Parse(args[8]),
        Gate = args.Length > 9 ? args[9] : null,
    };

    public string[] ToArguments() =>
    [
        Brokers, Prefix, Journal, Print(Partitions), Print((int)SessionTimeout.TotalMilliseconds), Print(Count), Print(Keys), Print(Rate),
        IsTurning.ToString(),
        .. Gate is null ? Array.Empty<string>() : [Gate],
    ];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Print(int number) => number.ToString(CultureInfo.InvariantCulture);
}
