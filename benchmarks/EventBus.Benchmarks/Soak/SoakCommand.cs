using EventBus.Benchmarks.Redis.Server;

namespace EventBus.Benchmarks.Soak;

/// <summary>Runs the bus on Redis for long, and judges whether it ends as it began.</summary>
internal sealed class SoakCommand(TextWriter output, RedisServer server, SoakOptions options)
{
    private const string PageName = "soak.md";
    private const string DrawingName = "soak.svg";

    /// <param name="folder">Where the page and the drawing go; null for nowhere.</param>
    /// <returns>Whether all holds that has to.</returns>
    public async Task<bool> RunAsync(DirectoryInfo? folder)
    {
        var outcome = await new SoakRun(output, server, options).RunAsync();
        var verdicts = Verdict.All(outcome, options.WarmUp);
        var page = SoakPage.Write(options, outcome, verdicts, await server.VersionAsync(), DrawingName);
        await output.WriteLineAsync($"\n{page}");
        if (folder is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, PageName), page);
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, DrawingName), new SoakDrawing(outcome.Samples, options.WarmUp).Draw());
            await output.WriteLineAsync($"Written to {PageName} and {DrawingName} in {folder.FullName}.");
        }

        return verdicts.All(static verdict => verdict.Holds);
    }
}
