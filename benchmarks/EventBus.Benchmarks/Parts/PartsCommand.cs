using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace EventBus.Benchmarks.Parts;

/// <summary>Runs the benchmarks of the parts, in this process: they need no build of their own.</summary>
internal static class PartsCommand
{
    private const string Short = "--short";

    /// <param name="arguments">BenchmarkDotNet's arguments, and <c>--short</c>.</param>
    /// <returns>Whether every benchmark ran.</returns>
    public static bool Run(string[] arguments)
    {
        var isShort = arguments.Contains(Short);
        string[] rest = [.. arguments.Where(argument => argument is not Short)];
        var config = DefaultConfig.Instance
            .AddJob(isShort ? ShortJob() : Job.Default.WithToolchain(InProcessEmitToolchain.Instance))
            .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "parts"));
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(PartsCommand).Assembly)
            .Run(rest is [] ? ["--filter", "*"] : rest, config)
            .ToArray();
        return summaries.All(summary =>
            !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success));
    }

    // One call of each, and nothing measured beside it.
    private static Job ShortJob() => Job.Dry.WithToolchain(InProcessEmitToolchain.Instance);
}
