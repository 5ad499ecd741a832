using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace EventBus.Kafka.Brokers;

/// <summary>The process of the bare mock brokers, seen from the one that uses them.</summary>
internal sealed class BrokersProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Process _process;

    private BrokersProcess(Process process, string addresses)
    {
        _process = process;
        Addresses = addresses;
    }

    public string Addresses { get; }

    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <exception cref="InvalidOperationException">It did not start.</exception>
    public static async Task<BrokersProcess> StartAsync()
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "EventBus.Kafka.Brokers.dll"), BrokersHost.Bare];
        var start = new ProcessStartInfo(Dotnet(), arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;

        // A run that is broken off takes its brokers with it.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => process.Kill();
        var addresses = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
            ?? throw new InvalidOperationException("The process of the mock brokers ended at its start.");
        return new BrokersProcess(process, addresses);
    }

    public Task CreateTopicAsync(string topic, int partitions) =>
        TellAsync(string.Create(CultureInfo.InvariantCulture, $"{BrokersHost.Create} {topic} {partitions}"));

    public Task DeleteTopicAsync(string topic) => TellAsync($"{BrokersHost.Delete} {topic}");

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    private async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        var answer = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        if (answer != nameof(ErrorCode.NoError))
        {
            throw new InvalidOperationException($"The mock brokers answered '{answer}' to '{line}'.");
        }
    }

    // The one that runs this process; it need not be on the PATH.
    private static string Dotnet() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
}
