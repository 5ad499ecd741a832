using EventBus.Transports;

namespace EventBus.Consuming;

/// <summary>
/// Events of the group's own topic that are not due yet. They wait beside the others without taking their room; when as many of them wait as
/// may be in flight, no more are read, and the rest waits on the transport.
/// </summary>
internal sealed partial class Dispatcher
{
    private readonly HashSet<PartitionAssignment> _paused = [];
    private int _deferred;
    private bool _cannotPause;

    /// <summary>How much of what may be in flight is taken.</summary>
    private int Taken => _cannotPause ? _inFlight : _inFlight - _deferred;

    private bool TryDefer(Delivery delivery)
    {
        if (delivery.Unwrap() is not { } due)
        {
            return false;
        }

        var pause = due - _subscription.Time.GetUtcNow();
        if (pause <= TimeSpan.Zero)
        {
            return false;
        }

        delivery.IsDeferred = true;
        _deferred++;
        _retries.Add(delivery, pause);
        return true;
    }

    private void EndDeferral(Delivery delivery)
    {
        if (delivery.IsDeferred)
        {
            delivery.IsDeferred = false;
            _deferred--;
        }
    }

    // Called by the reader, outside of the lock.
    private void PauseReturns()
    {
        List<PartitionAssignment> pausing;
        lock (_lock)
        {
            if (_deferred < _subscription.Options.MaxInFlight || _cannotPause)
            {
                return;
            }

            pausing = [.. _retries.Waiting.Where(static delivery => delivery.IsDeferred)
                .Select(static delivery => delivery.Received.Assignment).Where(_paused.Add)];
        }

        foreach (var assignment in pausing)
        {
            if (!_consumer.TryPause(assignment, isPaused: true))
            {
                lock (_lock)
                {
                    _cannotPause = true;
                }
            }
        }
    }

    private void ResumeReturns()
    {
        PartitionAssignment[] resuming;
        lock (_lock)
        {
            if (_paused.Count == 0 || _deferred > _subscription.Options.MaxInFlight / 2)
            {
                return;
            }

            resuming = [.. _paused];
            _paused.Clear();
        }

        Array.ForEach(resuming, assignment => _consumer.TryPause(assignment, isPaused: false));
    }
}
