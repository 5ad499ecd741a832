using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TicketBooking;

/// <summary>Prints what happens, at the time of the sample's clock, and notes the changes of the circuit from the bus's log.</summary>
internal sealed class Screen(TimeProvider time) : ILoggerProvider, ILogger
{
    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();

    public ConcurrentQueue<(string State, TimeSpan At)> Circuit { get; } = [];

    public void Say(string line)
    {
        lock (_lock)
        {
            Console.WriteLine($"{time.GetElapsedTime(_start).TotalSeconds,6:0.0} s  {line}");
        }
    }

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var change = eventId.Id switch { 212 => "open", 213 => "half-open", 214 => "closed", _ => null };
        if (change is not null)
        {
            Circuit.Enqueue((change, time.GetElapsedTime(_start)));
            Say($"circuit: {change.ToUpperInvariant()}");
        }
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }
}
