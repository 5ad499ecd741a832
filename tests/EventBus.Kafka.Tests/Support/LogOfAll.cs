using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventBus.Kafka.Tests.Support;

/// <summary>Keeps every line that a bus logs, of whatever level, with its category and all that its exception tells.</summary>
internal sealed class LogOfAll : ILoggerProvider
{
    private readonly ConcurrentQueue<(string Category, int Id, LogLevel Level, string Text)> _lines = [];

    public IReadOnlyCollection<(string Category, int Id, LogLevel Level, string Text)> Lines => _lines;

    /// <summary>Has a bus log here.</summary>
    public void Attach(EventBusBuilder bus) => bus.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(this));

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LogOfAll log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log._lines.Enqueue((category, eventId.Id, logLevel, $"{formatter(state, exception)} {exception}"));
    }
}
