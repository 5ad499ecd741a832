using System.Globalization;

namespace EventBus.Redis.TestProcess;

/// <summary>What a process is to do, as it stands on its command line.</summary>
public sealed record ProcessSettings
{
    /// <summary>The only group.</summary>
    public const string Group = "group";

    public required string Configuration { get; init; }

    /// <summary>Where it writes its journal.</summary>
    public required string Journal { get; init; }

    public bool IsCompeting { get; init; }

    public int Partitions { get; init; } = 1;

    /// <summary>Null for the transport's own default.</summary>
    public TimeSpan? MemberTimeout { get; init; }

    /// <summary>How many events to publish; 0 for a member, which handles them.</summary>
    public int Count { get; init; }

    public int Keys { get; init; } = 1;

    /// <summary>How many events are published in a second.</summary>
    public int Rate { get; init; } = 1;

    /// <summary>A file that handlers wait for; null where they do not wait.</summary>
    public string? Gate { get; init; }

    public static ProcessSettings Parse(string[] args) => new()
    {
        Configuration = args[0],
        Journal = args[1],
        IsCompeting = bool.Parse(args[2]),
        Partitions = Number(args[3]),
        MemberTimeout = Number(args[4]) is not 0 and var timeout ? TimeSpan.FromMilliseconds(timeout) : null,
        Count = Number(args[5]),
        Keys = Number(args[6]),
        Rate = Number(args[7]),
        Gate = args.Length > 8 ? args[8] : null,
    };

    public string[] ToArguments() =>
    [
        Configuration, Journal, IsCompeting.ToString(), Print(Partitions), Print((int)(MemberTimeout?.TotalMilliseconds ?? 0)), Print(Count), Print(Keys),
        Print(Rate), .. Gate is null ? Array.Empty<string>() : [Gate],
    ];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Print(int number) => number.ToString(CultureInfo.InvariantCulture);
}
