using EventBus.Tests.Support;
using Microsoft.Extensions.Logging;

namespace EventBus.Tests.Idempotency;

/// <summary>What the bus logged.</summary>
internal sealed class LogLines : ILogger
{
    public Seen<(int Id, LogLevel Level, string Text)> Seen { get; } = new();

    /// <summary>The exceptions that were logged.</summary>
    public Seen<Exception> Failures { get; } = new();

    /// <summary>What to put into the services.</summary>
    public ILoggerFactory Factory() => new LoggerFactory(this);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null)
        {
            Failures.Add(exception);
        }

        Seen.Add((eventId.Id, logLevel, formatter(state, exception)));
    }

    public int CountOf(int id) => Seen.Items.Count(line => line.Id == id);

    public Task UntilAsync(int id) => Seen.UntilAsync(lines => lines.Any(line => line.Id == id), $"log message {id}");

    private sealed class LoggerFactory(LogLines lines) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => lines;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
