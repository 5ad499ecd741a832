using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EventBus.Redis.Tests.Documentation;

/// <summary>Runs transcripts of redis-cli as a person sees them: <c>&gt; COMMAND</c>, and below it what the server said.</summary>
internal static partial class RedisCli
{
    private const string Prompt = "> ";

    /// <summary>Runs the commands of a transcript.</summary>
    /// <returns>The transcript as it should be.</returns>
    public static async Task<string> RunAsync(RedisServer server, string transcript)
    {
        var actual = new StringBuilder();
        foreach (var line in transcript.Split('\n').Where(line => line.StartsWith(Prompt, StringComparison.Ordinal)))
        {
            actual.Append(line).Append('\n').Append(await SayAsync(server, line[Prompt.Length..]));
        }

        return actual.ToString().TrimEnd();
    }

    /// <summary>A transcript without what is different in every run: ids of entries and times.</summary>
    public static string Neutral(string transcript) => Time().Replace(transcript, "TIME").TrimEnd();

    private static async Task<string> SayAsync(RedisServer server, string command)
    {
        using var cli = Process.Start(new ProcessStartInfo(
            "redis-cli", ["--no-raw", "-h", "127.0.0.1", "-p", server.Port.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await cli.StandardInput.WriteLineAsync(command);
        cli.StandardInput.Close();
        var said = await cli.StandardOutput.ReadToEndAsync().Within();
        await cli.WaitForExitAsync().Within();
        return said;
    }

    [GeneratedRegex(@"\b1[0-9]{12}(-[0-9]+)?\b", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Time();
}
