using System.Collections.Concurrent;
using EventBus.Shared.Processes;
using Microsoft.Extensions.Logging;

namespace EventBus.Shared.Runs;

/// <summary>Keeps what a bus logs.</summary>
/// <param name="least">What is kept; the default is warnings and worse.</param>
internal sealed class RunLog(LogLevel least = LogLevel.Warning) : LogListener(least)
{
    private readonly ConcurrentQueue<(int Id, LogLevel Level, string Text)> _lines = [];

    public IEnumerable<(int Id, LogLevel Level, string Text)> Lines => _lines;

    public IEnumerable<string> Of(int id) => _lines.Where(line => line.Id == id).Select(static line => line.Text);

    public override string ToString() => string.Concat(_lines.TakeLast(20).Select(static line => $"\n  {line.Id} {line.Level}: {line.Text}"));

    protected override void Add(int id, LogLevel level, string text) => _lines.Enqueue((id, level, text));
}
