using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EventBus.Kafka.Tests.Runs;

/// <summary>Keeps what a bus logs.</summary>
/// <param name="least">What is kept; the default is warnings and worse.</param>
internal sealed class RunLog(LogLevel least = LogLevel.Warning) : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(int Id, LogLevel Level, string Text)> _lines = [];

    public IEnumerable<(int Id, LogLevel Level, string Text)> Lines => _lines;

    public IEnumerable<string> Of(int id) => _lines.Where(line => line.Id == id).Select(static line => line.Text);

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue((eventId.Id, logLevel, $"{formatter(state, exception)} {exception?.Message}"));
        }
    }

    public void Dispose()
    {
    }

    public override string ToString() => string.Concat(_lines.TakeLast(20).Select(static line => $"\n  {line.Id} {line.Level}: {line.Text}"));
}
