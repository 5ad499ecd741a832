using System.Globalization;
using Microsoft.Extensions.Logging;

namespace EventBus.Benchmarks.Soak.Load;

/// <summary>Prints and counts what the buses warn of: nothing, in a run in which nothing goes wrong.</summary>
/// <param name="output">Where to; any thread may write to it.</param>
internal sealed class SoakLog(TextWriter output) : ILoggerProvider, ILogger
{
    private const int MostPrinted = 50;
    private int _warnings;

    public int Warnings => Volatile.Read(ref _warnings);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && Interlocked.Increment(ref _warnings) <= MostPrinted)
        {
            var time = TimeProvider.System.GetUtcNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
            output.WriteLine($"{time} {logLevel}: {formatter(state, exception)} {exception?.Message}");
        }
    }

    public void Dispose()
    {
        // Buses share it.
    }
}
