using System.Diagnostics;
using System.Globalization;

namespace EventBus.Benchmarks.Kafka.Brokers;

/// <summary>The process of the mock brokers, seen from the one that measures.</summary>
internal sealed class MockProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Process _process;

    private MockProcess(Process process, string addresses)
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

    /// <exception cref="BenchmarkException">It did not start.</exception>
    public static async Task<MockProcess> StartAsync()
    {
        var program = Environment.ProcessPath!;
        string[] arguments = Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [Environment.GetCommandLineArgs()[0], MockHost.Verb]
            : [MockHost.Verb];
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;

        // A run that is broken off takes its brokers with it.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => process.Kill();
        var addresses = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
            ?? throw new BenchmarkException("The process of the mock brokers ended at its start.");
        return new MockProcess(process, addresses);
    }

    public Task CreateTopicAsync(string topic, int partitions) =>
        TellAsync(string.Create(CultureInfo.InvariantCulture, $"{MockHost.Create} {topic} {partitions}"));

    public Task DeleteTopicAsync(string topic) => TellAsync($"{MockHost.Delete} {topic}");

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
        if (answer != "0")
        {
            throw new BenchmarkException($"The mock brokers answered '{answer}' to '{line}'.");
        }
    }
}
