using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using EventBus.Shared.Processes;
using EventBus.Shared.Runs;

namespace EventBus.Shared.Crashes;

/// <summary>A process of a run, with what it has written to its journal so far.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _unfinished = new();
    private readonly string _journal;
    private readonly Task<string> _errors;
    private FileStream? _file;

    public RunningProcess(ProcessSettings settings)
    {
        _journal = settings.Journal;
        var start = new ProcessStartInfo(Dotnet())
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(ProcessSettings).Assembly.Location);
        start.ArgumentList.Add(settings.ToArgument());
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>All that the journal holds.</summary>
    public List<JournalLine> Lines { get; } = [];

    /// <summary>When it was killed or stopped, on the journals' clock.</summary>
    public List<long> Ends { get; } = [];

    public bool IsDead { get; private set; }

    public bool IsStopped { get; private set; }

    public bool Has(JournalKind kind) => Lines.Exists(line => line.Kind == kind);

    /// <summary>Reads on in the journal.</summary>
    public void Read()
    {
        if (_file is null && File.Exists(_journal))
        {
            _file = new FileStream(_journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }

        // Looked at before the rest is read, which may be the word that all is done.
        var hasEnded = !IsDead && _process.HasExited;
        var buffer = new byte[64 * 1024];
        for (int count; _file is not null && (count = _file.Read(buffer)) > 0;)
        {
            _unfinished.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        // Of a process that was killed the last line may be cut.
        var lines = _unfinished.ToString().Split('\n');
        Lines.AddRange(lines[..^1].Select(JournalLine.Parse));
        _unfinished.Clear().Append(lines[^1]);
        if (hasEnded && !Has(JournalKind.Done))
        {
            Assert.Fail($"Process {Id} ended by itself with {_process.ExitCode}: {_errors.Result}");
        }
    }

    public async Task StartedAsync() =>
        await Eventually.TrueAsync(
            () =>
            {
                Read();
                return Has(JournalKind.Started);
            },
            () => $"process {Id} to start");

    /// <summary>Ends the process without a word.</summary>
    public async Task KillAsync()
    {
        Ends.Add(Journal.Now);
        IsDead = true;
        await SignalAsync("-KILL");
        await _process.WaitForExitAsync().Within();
    }

    /// <summary>Holds the process where it is.</summary>
    public Task StopAsync()
    {
        Ends.Add(Journal.Now);
        IsStopped = true;
        return SignalAsync("-STOP");
    }

    /// <summary>Lets a held process go on.</summary>
    public Task ContinueAsync()
    {
        IsStopped = false;
        return SignalAsync("-CONT");
    }

    /// <summary>Ends the process in order.</summary>
    public async Task LeaveAsync()
    {
        IsDead = true;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().Within();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await SignalAsync("-KILL");
            await _process.WaitForExitAsync().Within();
        }

        _process.Dispose();
        if (_file is not null)
        {
            await _file.DisposeAsync();
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    // The one that runs the tests; it need not be on the PATH.
    private static string Dotnet() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
}
