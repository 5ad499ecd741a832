using System.Text;
using Microsoft.Extensions.Logging;

namespace EventBus.Shared.Processes;

/// <summary>Writes what happens in the process to a file, a line each, so that it stands there whatever becomes of the process then.</summary>
public sealed class Journal(string path) : LogListener
{
    private readonly Lock _lock = new();
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

    /// <summary>The clock of all processes of the machine: it counts since the machine's start.</summary>
    public static long Now => TimeProvider.System.GetTimestamp();

    public void Write(JournalLine line)
    {
        lock (_lock)
        {
            _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
    }

    protected override void Add(int id, LogLevel level, string text) =>
        Write(JournalLine.Of(JournalKind.Warning, $"{id} {text}".ReplaceLineEndings(" ")));
}
