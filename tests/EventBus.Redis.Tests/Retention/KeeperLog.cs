using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EventBus.Redis.Tests.Retention;

/// <summary>What keepers have logged: id and text of each line.</summary>
internal sealed class KeeperLog : ILogger
{
    private readonly ConcurrentQueue<(int Id, string Text)> _lines = new();

    public IEnumerable<string> WithId(int id) => _lines.Where(line => line.Id == id).Select(line => line.Text);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((eventId.Id, formatter(state, exception)));
}
