using System.Threading.Tasks.Sources;

namespace EventBus.Kafka.Consuming;

/// <summary>
/// Tells one waiter that there may be something to do. A signal that comes while nobody waits is kept for the next wait. Waiting allocates nothing.
/// </summary>
/// <remarks>
/// Whoever signals runs none of the waiter's code: it may be a thread of the library's, which holds a lock of the library's meanwhile.
/// </remarks>
internal sealed class WakeSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Signalled = 2;
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private int _state;

    /// <summary>Waits for a signal. For one waiter at a time.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        _core.Reset();
        _token = cancellationToken;
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Signalled)
        {
            _state = Idle;
            return ValueTask.CompletedTask;
        }

        _registration = cancellationToken.UnsafeRegister(static state => ((WakeSignal)state!).Cancel(), this);
        return new ValueTask(this, _core.Version);
    }

    public void Set()
    {
        if (Interlocked.Exchange(ref _state, Signalled) == Waiting)
        {
            _core.SetResult(true);
        }
    }

    void IValueTaskSource.GetResult(short token)
    {
        _registration.Dispose();

        // Before the waiter looks for what there is to do: a signal from here on is a new one.
        Interlocked.CompareExchange(ref _state, Idle, Signalled);
        _core.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting)
        {
            _core.SetException(new OperationCanceledException(_token));
        }
    }
}
