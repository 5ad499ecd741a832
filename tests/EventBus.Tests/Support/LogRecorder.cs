using Microsoft.Extensions.Logging;

namespace EventBus.Tests.Support;

/// <summary>A line of the log.</summary>
internal sealed record LogLine(int Id, LogLevel Level, IReadOnlyDictionary<string, object?> Fields, Exception? Exception);

/// <summary>Keeps what is logged.</summary>
internal sealed class LogRecorder(LogLevel least) : ILoggerProvider, ILogger
{
    public LogLevel Least { get; } = least;

    public Seen<LogLine> Lines { get; } = new();

    public async Task<LogLine> WithIdAsync(int id) =>
        (await Lines.UntilAsync(lines => lines.Any(line => line.Id == id), $"a line with the id {id}")).First(line => line.Id == id);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Least;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add(new LogLine(
            eventId.Id,
            logLevel,
            (state as IEnumerable<KeyValuePair<string, object?>> ?? []).ToDictionary(
                field => field.Key, field => field.Value, StringComparer.Ordinal),
            exception));

    public void Dispose()
    {
        // Nothing to let go of.
    }
}
