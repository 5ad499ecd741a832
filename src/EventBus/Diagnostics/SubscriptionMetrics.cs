using System.Collections.Concurrent;

namespace EventBus.Diagnostics;

/// <summary>
/// What a subscription tells of itself, to the instruments and to the health check. Safe to call from any thread; costs next to nothing
/// while nobody listens.
/// </summary>
internal sealed partial class SubscriptionMetrics(string name, BusMeter meter)
{
    private readonly ConcurrentDictionary<string, int> _parked = new(StringComparer.Ordinal);
    private readonly KeyValuePair<string, object?> _group = new(EventBusTelemetry.GroupTag, name);
    private long _oldestDeadLetterTicks;
    private volatile int _breaker = -1;
    private volatile bool _isPaused;

    public string Name { get; } = name;

    /// <summary>The circuit breaker's state; null where there is none.</summary>
    public BreakerState? Breaker
    {
        get => _breaker < 0 ? null : (BreakerState)_breaker;
        set => _breaker = value is { } state ? (int)state : -1;
    }

    /// <summary>Whether nothing is handled because somebody said so, or the circuit breaker.</summary>
    public bool IsPaused
    {
        get => _isPaused;
        set => _isPaused = value;
    }

    /// <summary>When the oldest dead letter that is still there became one; null while there is none.</summary>
    public DateTimeOffset? OldestDeadLetter
    {
        get => Interlocked.Read(ref _oldestDeadLetterTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        set => Interlocked.Exchange(ref _oldestDeadLetterTicks, value?.UtcTicks ?? 0);
    }

    /// <summary>How many events wait behind a dead letter, by key.</summary>
    public IReadOnlyDictionary<string, int> Parked => _parked;

    /// <summary>An attempt has failed, and the event will be tried again.</summary>
    public void Retried(string eventType, Exception failure) => meter.Retries.Add(
        1, Tag(EventBusTelemetry.SystemTag, meter.System), _group, Tag(EventBusTelemetry.EventTypeTag, eventType), ErrorType(failure));

    /// <summary>An event became a dead letter.</summary>
    public void DeadLettered(string eventType, Exception cause) => meter.DeadLetters.Add(
        1, Tag(EventBusTelemetry.SystemTag, meter.System), _group, Tag(EventBusTelemetry.EventTypeTag, eventType), ErrorType(cause));

    /// <summary>A key's events are parked behind a dead letter; called again whenever their number changes.</summary>
    /// <param name="key">The key.</param>
    /// <param name="waiting">How many events wait behind the dead letter.</param>
    public void KeyParked(string key, int waiting) => _parked[key] = waiting;

    /// <summary>Nothing of the key is parked any more, or it is another member's now.</summary>
    public void KeyFreed(string key) => _parked.TryRemove(key, out _);

    private static KeyValuePair<string, object?> Tag(string key, object? value) => new(key, value);

    private static KeyValuePair<string, object?> ErrorType(Exception failure) =>
        new(EventBusTelemetry.ErrorTypeTag, failure.GetType().FullName);
}
