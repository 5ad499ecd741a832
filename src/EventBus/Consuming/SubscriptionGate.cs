using EventBus.CircuitBreaker;
using EventBus.Diagnostics;

namespace EventBus.Consuming;

/// <summary>
/// Says whether a subscription may read and start handlers. It belongs to the runner, so that it outlives the consumers and their dispatchers.
/// </summary>
/// <remarks>
/// Once a call that holds the gate has returned, no handler is started: a dispatcher looks at the mode under its own lock for each delivery
/// that it takes, and a dispatcher that is attached later finds the mode as it is. The gate's lock is never held while a dispatcher is called.
/// </remarks>
internal sealed class SubscriptionGate : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SubscriptionMetrics _metrics;
    private readonly Circuit? _circuit;
    private Dispatcher? _dispatcher;
    private CancellationTokenSource _reading = new();
    private volatile GateMode _mode;
    private bool _paused;
    private bool _closed;

    /// <param name="metrics">Who is told of a hold.</param>
    /// <param name="circuit">The subscription's circuit breaker; null where there is none.</param>
    public SubscriptionGate(SubscriptionMetrics metrics, Circuit? circuit)
    {
        _metrics = metrics;
        _circuit = circuit;
        Reading = _reading.Token;
        circuit?.Begin(Update);
    }

    public GateMode Mode => _mode;

    /// <summary>Cancelled when reading has to end, for now or for good.</summary>
    public CancellationToken Reading { get; private set; }

    /// <summary>Makes a dispatcher the one that is told of changes; the one before has ended by then.</summary>
    public void Attach(Dispatcher dispatcher)
    {
        lock (_lock)
        {
            _dispatcher = dispatcher;
            _circuit?.ForgetProbe();
        }
    }

    /// <summary>Holds everything until <see cref="Resume"/>.</summary>
    /// <returns>Completes when no handler is running any more, or when the gate is not held any more.</returns>
    public Task PauseAsync()
    {
        Dispatcher? dispatcher;
        lock (_lock)
        {
            _paused = true;
        }

        Update();
        lock (_lock)
        {
            dispatcher = _dispatcher;
        }

        return dispatcher?.WhenQuietAsync() ?? Task.CompletedTask;
    }

    public void Resume()
    {
        lock (_lock)
        {
            _paused = false;
        }

        Update();
    }

    /// <summary>Ends all reading for good; nothing changes any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
        }

        _circuit?.Dispose();
        _reading.Cancel();
    }

    public void Dispose() => _reading.Dispose();

    private void Update()
    {
        CancellationTokenSource? ended = null;
        Dispatcher? dispatcher;
        lock (_lock)
        {
            var (before, now) = (_mode, ModeNow());
            if (now == before || _closed)
            {
                return;
            }

            if (now == GateMode.Held)
            {
                ended = _reading;
            }
            else if (before == GateMode.Held)
            {
                // The one before has no timer and so nothing to dispose; its cancelling may still be under way.
                _reading = new CancellationTokenSource();
                Reading = _reading.Token;
            }

            _mode = now;
            _metrics.IsPaused = now == GateMode.Held;
            dispatcher = _dispatcher;
        }

        ended?.Cancel();
        dispatcher?.OnGateChanged();
    }

    private GateMode ModeNow() => (_paused, _circuit?.State ?? BreakerState.Closed) switch
    {
        (true, _) => GateMode.Held,
        (_, BreakerState.Closed) => GateMode.Free,
        _ when _circuit!.HasFallback => GateMode.Diverting,
        (_, BreakerState.HalfOpen) => GateMode.Probing,
        _ => GateMode.Held,
    };
}
