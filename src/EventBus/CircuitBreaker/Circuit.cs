using EventBus.Consuming;
using EventBus.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EventBus.CircuitBreaker;

/// <summary>A subscription's circuit: closed, open, or half-open, when one event at a time tries whether it can be closed.</summary>
/// <remarks>
/// <para>
/// Only attempts of the closed circuit and the probes of the half-open one move it. Whatever else ends meanwhile was started before the
/// circuit opened: it is settled if it succeeded, and put back uncounted if it failed.
/// </para>
/// <para>
/// The counting in a row is not Polly's, whose breaker knows a ratio only, closes after one success and has no place for a pause of the
/// reading; a ratio is sampled by it.
/// </para>
/// </remarks>
internal sealed class Circuit(
    string subscription, CircuitBreakerOptions options, bool hasFallback, TimeProvider time, SubscriptionMetrics metrics, ILogger log)
    : IDisposable
{
    // How long the event that opened the circuit last waits for another one to be read and to be the probe in its place.
    private static readonly TimeSpan LongestCourtesy = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly TimeSpan _courtesy = options.BreakDuration < LongestCourtesy ? options.BreakDuration : LongestCourtesy;
    private volatile BreakerState _state;
    private volatile int _failures;
    private int _successes;
    private bool _isProbing;
    private Position? _lastFailed;
    private long _othersFirstUntil;
    private FailureSampling? _sampling;
    private ITimer? _breakTimer;
    private Action? _changed;

    public BreakerState State => _state;

    /// <summary>Whether events go elsewhere while the circuit is not closed, in place of waiting.</summary>
    public bool HasFallback => hasFallback;

    /// <summary>Whether the next event may be a probe.</summary>
    public bool WantsProbe
    {
        get
        {
            lock (_lock)
            {
                return _state == BreakerState.HalfOpen && !_isProbing;
            }
        }
    }

    /// <summary>Starts anew, closed.</summary>
    /// <param name="changed">Called after every change of <see cref="State"/>, outside of any lock.</param>
    public void Begin(Action changed)
    {
        lock (_lock)
        {
            _changed = changed;
            _isProbing = false;
            _lastFailed = null;
            Close();
        }
    }

    /// <summary>Lets go of the probe of a consumer that is no more.</summary>
    public void ForgetProbe()
    {
        lock (_lock)
        {
            _isProbing = false;
        }
    }

    /// <summary>Makes a delivery the probe, if the circuit waits for one.</summary>
    public bool TryBeginProbe(Delivery delivery)
    {
        lock (_lock)
        {
            if (_state != BreakerState.HalfOpen || _isProbing)
            {
                return false;
            }

            return _isProbing = delivery.IsProbe = true;
        }
    }

    /// <summary>Ends a probe, with or without an outcome that says something.</summary>
    public void EndProbe(Delivery delivery)
    {
        lock (_lock)
        {
            delivery.IsProbe = false;
            _isProbing = false;
            LetOthersGoFirst();
        }
    }

    /// <summary>Until when, as a timestamp, any other event is to be the probe rather than the one that opened the circuit last.</summary>
    public long OthersFirstUntil
    {
        get
        {
            lock (_lock)
            {
                return _othersFirstUntil;
            }
        }
    }

    /// <summary>Whether the event at this position was the one that opened the circuit last.</summary>
    public bool FailedLast(Position position)
    {
        lock (_lock)
        {
            return _lastFailed == position;
        }
    }

    /// <summary>Whether the handlers may be called.</summary>
    public bool Admits(Delivery delivery) => _state == BreakerState.Closed || delivery.IsProbe;

    /// <summary>Notes that the handlers have succeeded.</summary>
    public void Succeeded(Delivery delivery)
    {
        if (_state == BreakerState.Closed && _failures == 0 && options.FailureRatio is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_state == BreakerState.Closed)
            {
                _failures = 0;
                _sampling?.Add(failed: false);
                return;
            }

            if (_state != BreakerState.HalfOpen || !delivery.IsProbe || ++_successes < options.SuccessThreshold)
            {
                return;
            }

            Close();
        }

        log.CircuitClosed(subscription, options.SuccessThreshold);
        _changed?.Invoke();
    }

    /// <summary>Notes that the handlers have failed.</summary>
    /// <returns>Whether the attempt counts.</returns>
    public bool Failed(Delivery delivery, Exception failure)
    {
        bool counts;
        lock (_lock)
        {
            counts = _state == BreakerState.Closed;
            if (counts ? !IsTooMuch() : !delivery.IsProbe || _state != BreakerState.HalfOpen)
            {
                return counts;
            }

            _lastFailed = delivery.Position;
            Open();
        }

        // First held, then told: who reads of it may rely on it.
        _changed?.Invoke();
        log.CircuitOpened(failure, subscription, options.BreakDuration, delivery);
        return counts;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _breakTimer?.Dispose();
            _breakTimer = null;
            _changed = null;
        }
    }

    private bool IsTooMuch() => _sampling?.Add(failed: true) ?? ++_failures >= options.FailureThreshold;

    private void Open()
    {
        Enter(BreakerState.Open);
        _breakTimer ??= time.CreateTimer(
            static state => ((Circuit)state!).HalfOpen(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _breakTimer.Change(options.BreakDuration, Timeout.InfiniteTimeSpan);
    }

    private void HalfOpen()
    {
        lock (_lock)
        {
            if (_state != BreakerState.Open || _changed is null)
            {
                return;
            }

            _successes = 0;
            LetOthersGoFirst();
            Enter(BreakerState.HalfOpen);
        }

        log.CircuitHalfOpened(subscription, options.SuccessThreshold);
        _changed?.Invoke();
    }

    private void Close()
    {
        _failures = 0;
        _sampling = options.FailureRatio is { } ratio ? new FailureSampling(options, ratio, time) : null;
        Enter(BreakerState.Closed);
    }

    private void LetOthersGoFirst() =>
        _othersFirstUntil = time.GetTimestamp() + (long)(_courtesy.TotalSeconds * time.TimestampFrequency);

    private void Enter(BreakerState state)
    {
        _state = state;
        metrics.Breaker = state;
    }
}
