using System.Globalization;

namespace Shop.Demo;

/// <summary>What the command line asks for.</summary>
internal sealed record DemoOptions
{
    public const string Usage = """
        Starts the shop, sends it requests over HTTP and shows each hop of each event.

          --transport NAME       what carries the events (default: the shop's own setting)
          --break SUBSCRIPTION   removes a subscription first, to show how a missing hop is told
          --deadline SECONDS     how long to wait for the hops (default: 10)
          --logs                 shows the shop's own logs too
          --SECTION:KEY=VALUE    a setting of the shop, e.g. --EventBus:Redis:Configuration=localhost:6379

        Exit code: 0 when every hop was seen, 1 when one is missing or the shop cannot start, 2 when the command line is wrong.
        """;

    public string? Transport { get; private init; }

    public string? Break { get; private init; }

    public IReadOnlyList<string> Settings { get; private init; } = [];

    public TimeSpan Deadline { get; private init; } = TimeSpan.FromSeconds(10);

    public bool Logs { get; private init; }

    public bool Help { get; private init; }

    /// <exception cref="FormatException">The command line is wrong; the message says how.</exception>
    public static DemoOptions Parse(IReadOnlyList<string> args)
    {
        var options = new DemoOptions();
        for (var i = 0; i < args.Count; i++)
        {
            options = args[i] switch
            {
                "--transport" => options with { Transport = Value(args, ref i) },
                "--break" => options with { Break = Value(args, ref i) },
                "--deadline" => options with { Deadline = Seconds(Value(args, ref i)) },
                "--logs" => options with { Logs = true },
                "--help" or "-h" => options with { Help = true },
                var setting when IsSetting(setting) => options with { Settings = [.. options.Settings, setting] },
                var unknown => throw new FormatException($"Unknown option '{unknown}'."),
            };
        }

        return options;
    }

    /// <summary>The shop's own settings: a free port, and quiet logs unless they are asked for.</summary>
    public string[] ShopArguments()
    {
        List<string> arguments = ["--urls", "http://127.0.0.1:0"];
        if (Transport is not null)
        {
            arguments.Add($"--EventBus:Transport={Transport}");
        }

        arguments.AddRange(Settings);

        if (!Logs)
        {
            arguments.AddRange(["--Logging:LogLevel:Default=Warning", "--Logging:Console:LogToStandardErrorThreshold=Warning"]);
        }

        return [.. arguments];
    }

    private static bool IsSetting(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.IndexOf(':', StringComparison.Ordinal) is > 2 and var colon
        && argument.IndexOf('=', StringComparison.Ordinal) > colon;

    private static string Value(IReadOnlyList<string> args, ref int i) => i + 1 < args.Count
        ? args[++i]
        : throw new FormatException($"{args[i]} needs a value.");

    private static TimeSpan Seconds(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 3600
            ? TimeSpan.FromSeconds(seconds)
            : throw new FormatException($"--deadline needs a number of seconds, not '{text}'.");
}
