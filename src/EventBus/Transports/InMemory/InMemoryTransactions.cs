using EventBus.Consuming;
using EventBus.Transactions;

namespace EventBus.Transports.InMemory;

/// <summary>
/// Stores what was published for events before they are settled, one after the other. Whatever dies in memory dies with the log, so that
/// an order is all that "both or neither" takes. Only a stop in front of a full topic may come between two events of one handler.
/// </summary>
internal sealed class InMemoryTransactions : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly IEventTransport _transport;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationToken _endingToken;
    private Task _last = Task.CompletedTask;

    /// <param name="transport">Where to store events.</param>
    /// <param name="time">The clock.</param>
    public InMemoryTransactions(IEventTransport transport, TimeProvider time)
    {
        _transport = transport;
        _time = time;
        _endingToken = _ending.Token;
    }

    /// <summary>Stores events, at once where there is room for them.</summary>
    /// <param name="published">What to store, in its order.</param>
    /// <param name="then">Called behind it: with true to settle, or with false where the storing was given up.</param>
    public void Store(IReadOnlyList<OutgoingEvent> published, Action<bool> then)
    {
        Task before;
        TaskCompletionSource? turn = null;
        lock (_lock)
        {
            before = _last;
            if (published.Count > 0 || !before.IsCompleted)
            {
                turn = new TaskCompletionSource();
                _last = turn.Task;
            }
        }

        // Outside of the lock: both may call whoever waits for a partition or an event.
        if (turn is null)
        {
            then(true);
        }
        else
        {
            _ = StoreAsync(before, published, then, turn);
        }
    }

    /// <summary>Does something when everything noted so far is stored.</summary>
    public void Afterwards(Action action)
    {
        Task last;
        lock (_lock)
        {
            last = _last;
        }

        // Outside of the lock, as above.
        if (last.IsCompleted)
        {
            action();
        }
        else
        {
            _ = AfterAsync(last, action);
        }
    }

    /// <summary>
    /// Gives up what waits for room in a topic: nobody may be left to make any. Its events are not settled, and come again.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        Task last;
        lock (_lock)
        {
            last = _last;
        }

        await last.ConfigureAwait(false);
        _ending.Dispose();
    }

    private static async Task AfterAsync(Task last, Action action)
    {
        await last.ConfigureAwait(false);
        action();
    }

    private async Task StoreAsync(Task before, IReadOnlyList<OutgoingEvent> published, Action<bool> then, TaskCompletionSource turn)
    {
        await before.ConfigureAwait(false);
        try
        {
            then(await TryStoreAsync(published).ConfigureAwait(false));
        }
        finally
        {
            turn.SetResult();
        }
    }

    private async Task<bool> TryStoreAsync(IReadOnlyList<OutgoingEvent> published)
    {
        try
        {
            foreach (var each in published)
            {
                await StoreAsync(each).ConfigureAwait(false);
            }

            return true;
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    // A transport with faults in front of it may refuse.
    private async Task StoreAsync(OutgoingEvent outgoing)
    {
        for (var failures = 0; ;)
        {
            try
            {
                await _transport.AppendAsync(outgoing.Topic, outgoing.Envelope, _endingToken).ConfigureAwait(false);
                return;
            }
            catch (PublishException)
            {
                await Task.Delay(RetryPause.After(++failures), _time, _endingToken).ConfigureAwait(false);
            }
        }
    }
}
