using Microsoft.Extensions.Logging;

namespace EventBus.Shared.Processes;

/// <summary>Hears of what a bus logs.</summary>
/// <param name="least">What is heard; the default is warnings and worse.</param>
public abstract class LogListener(LogLevel least = LogLevel.Warning) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

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
