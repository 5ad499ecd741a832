using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace EventBus.Benchmarks.Harness;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    private const string Unknown = "unknown";

    public static IReadOnlyList<(string What, string Value)> Describe() =>
    [
        ("date", TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
        ("processor", Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString()),
        ("cores", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
        ("memory", Gibibytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)),
        ("system", $"{RuntimeInformation.OSDescription}, kernel {Kernel()}"),
        (".NET", $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}"),
        ("collector", $"{(GCSettings.IsServerGC ? "server" : "workstation")}, {ConcurrentOrNot()}, {GCSettings.LatencyMode}"),
        ("load before", File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : Unknown),
    ];

    private static string ConcurrentOrNot() =>
        AppContext.TryGetSwitch("System.GC.Concurrent", out var concurrent) && !concurrent ? "not concurrent" : "concurrent";

    private static string Kernel() =>
        File.Exists("/proc/sys/kernel/osrelease") ? File.ReadAllText("/proc/sys/kernel/osrelease").Trim() : Unknown;

    private static string Gibibytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):F1} GiB");

    private static string? Field(string file, string name) => !File.Exists(file)
        ? null
        : File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
