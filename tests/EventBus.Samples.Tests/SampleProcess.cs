using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace EventBus.Samples.Tests;

/// <summary>A sample as a process of its own, as a user starts it.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _log = new();
    private readonly Process _process;

    private SampleProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <param name="sample">The sample's name, and that of its program.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">What its environment has besides that of the test.</param>
    public static SampleProcess Start(string sample, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, sample), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new SampleProcess(new Process { StartInfo = start });
    }

    /// <summary>Waits until the sample listens, and tells where.</summary>
    public async Task<Uri> UrlAsync()
    {
        var line = await WaitForAsync(Listening);
        return new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..]);
    }

    /// <summary>Waits for a line of the log.</summary>
    public async Task<string> WaitForAsync(string text)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            return await _lines.Reader.ReadAllAsync(deadline.Token).FirstAsync(line => line.Contains(text, StringComparison.Ordinal), deadline.Token);
        }
        catch (Exception inVain) when (inVain is OperationCanceledException or InvalidOperationException)
        {
            throw new TimeoutException($"The sample has not logged '{text}':{Environment.NewLine}{_log}", inVain);
        }
    }

    /// <summary>Asks the process to end, as an orchestrator does.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>All that it has said so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Ends the process without a word.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for the end, and for the last of what it says.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            _log.AppendLine(line);
        }

        _lines.Writer.TryWrite(line);
    }
}
