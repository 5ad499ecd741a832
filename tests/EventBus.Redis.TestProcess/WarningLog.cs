using Microsoft.Extensions.Logging;

namespace EventBus.Redis.TestProcess;

/// <summary>Hears of what a bus logs as a warning or worse.</summary>
public abstract class WarningLog : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Add(eventId.Id, logLevel, $"{formatter(state, exception)} {exception?.Message}");
        }
    }

    public void Dispose()
    {
        // The container disposes it while something may still be logged; there is nothing to close that the process' end does not.
        GC.SuppressFinalize(this);
    }

    protected abstract void Add(int id, LogLevel level, string text);
}
