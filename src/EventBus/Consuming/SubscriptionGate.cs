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
    private Dispatcher? _dispatcher;
    private CancellationTokenSource _reading = new();
    private volatile GateMode _mode;
    private bool _paused;
    private bool _closed;

    /// <param name="metrics">Who is told of a hold.</param>
    public SubscriptionGate(SubscriptionMetrics metrics)
    {
        _metrics = metrics;
        Reading = _reading.Token;
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
        }
    }

    /// <summary>Holds everything until <see cref="Resume"/>.</summary>
    /// <returns>Completes when no handler is running any more, or when the gate is not held any more.</returns>
    public Task PauseAsync()
    {
        Change(paused: true);
        Dispatcher? dispatcher;
        lock (_lock)
        {
            dispatcher = _dispatcher;
        }

        return dispatcher?.WhenQuietAsync() ?? Task.CompletedTask;
    }

    public void Resume() => Change(paused: false);

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

        _reading.Cancel();
    }

    public void Dispose() => _reading.Dispose();

    private void Change(bool paused)
    {
        CancellationTokenSource? ended = null;
        Dispatcher? dispatcher;
        lock (_lock)
        {
            _paused = paused;
            var (before, now) = (_mode, _paused ? GateMode.Held : GateMode.Free);
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
}
