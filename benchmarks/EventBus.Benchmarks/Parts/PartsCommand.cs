using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace EventBus.Benchmarks.Parts;

/// <summary>Runs the benchmarks of the parts, in this process: they need no build of their own.</summary>
internal static class PartsCommand
{
    private const string Short = "--short";
    private const int ShortIterationMilliseconds = 50;

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

    private static Job ShortJob() => Job.Default
        .WithToolchain(InProcessEmitToolchain.Instance)
        .WithLaunchCount(1)
        .WithWarmupCount(1)
        .WithIterationCount(1)
        .WithIterationTime(TimeInterval.FromMilliseconds(ShortIterationMilliseconds));
}
