using System.Text;
using Microsoft.Extensions.Logging;

namespace EventBus.Kafka.TestProcess;

/// <summary>Writes what happens in the process to a file, a line each, so that it stands there whatever becomes of the process then.</summary>
public sealed class Journal(string path) : ILoggerProvider, ILogger
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

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var text = $"{eventId.Id} {formatter(state, exception)} {exception?.Message}";
            Write(JournalLine.Of(JournalKind.Warning, text.ReplaceLineEndings(" ")));
        }
    }

    public void Dispose()
    {
        // The container disposes it while something may still be logged; the process ends soon.
    }
}
