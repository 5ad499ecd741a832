using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EventBus.Conformance.Worlds;

/// <summary>Keeps the warnings and errors that the members logged, for the message of a test that fails.</summary>
internal sealed class Warnings : ILoggerProvider, ILogger
{
    private const int Kept = 30;
    private readonly ConcurrentQueue<string> _lines = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
            if (_lines.Count > Kept)
            {
                _lines.TryDequeue(out _);
            }
        }
    }

    public void Dispose()
    {
    }

    public override string ToString() =>
        _lines.IsEmpty ? string.Empty : $"{Environment.NewLine}Logged: {string.Join(Environment.NewLine, _lines)}";
}
