namespace EventBus.Consuming;

/// <summary>Holding back and going on, as the subscription's gate says.</summary>
internal sealed partial class Dispatcher
{
    private TaskCompletionSource? _quiet;

    private bool MayRead => _gate.Mode != GateMode.Held;

    private bool MayStart => _gate.Mode != GateMode.Held;

    // Whether deliveries may be started without a look at each.
    private bool MayRun => _gate.Mode == GateMode.Free;

    /// <summary>Called by the gate after it has changed.</summary>
    public void OnGateChanged()
    {
        lock (_lock)
        {
            if (_gate.Mode != GateMode.Held)
            {
                _quiet?.TrySetResult();
                _quiet = null;
            }

            SignalRoom();
        }

        StartWorkers(atLeast: 1);
    }

    /// <summary>Completes when no handler is running while the gate is held, or when it is not held any more.</summary>
    public Task WhenQuietAsync()
    {
        lock (_lock)
        {
            if (_running == 0 || _gate.Mode != GateMode.Held)
            {
                return Task.CompletedTask;
            }

            _quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _quiet.Task;
        }
    }

    private void SignalQuiet()
    {
        if (_running == 0 && _quiet is not null)
        {
            _quiet.TrySetResult();
            _quiet = null;
        }
    }
}
