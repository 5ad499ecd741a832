using EventBus.Kafka.Native;

namespace EventBus.Kafka.Connections;

/// <summary>Serves a client's queue on a thread of its own until it is stopped, then closes the client.</summary>
/// <remarks>Of producers and consumers without a group: those that are in one have more to do before they can be closed.</remarks>
internal sealed class ClientThread
{
    private const int Forever = -1;
    private const int EndingPauseMilliseconds = 20;
    private readonly KafkaClient _client;
    private readonly Action<nint> _handle;
    private readonly Func<bool>? _mayEnd;
    private readonly nint _queue;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;

    /// <param name="client">The client, which is the thread's from now on: nobody else closes it.</param>
    /// <param name="name">The thread's name.</param>
    /// <param name="handle">Called with each event, which it destroys. It must not throw.</param>
    /// <param name="mayEnd">Asked again and again once the thread shall stop; null to stop at once.</param>
    public ClientThread(KafkaClient client, string name, Action<nint> handle, Func<bool>? mayEnd = null)
    {
        _client = client;
        _handle = handle;
        _mayEnd = mayEnd;
        _queue = Librdkafka.MainQueue(client.Handle);
        new Thread(Run) { IsBackground = true, Name = name }.UnsafeStart();
    }

    /// <summary>Stops serving and closes the client, in the background.</summary>
    /// <returns>Completes when the client is closed.</returns>
    public Task StopAsync()
    {
        lock (_ended)
        {
            if (!_isStopping)
            {
                _isStopping = true;
                Librdkafka.Yield(_queue);
            }
        }

        return _ended.Task;
    }

    private void Run()
    {
        while (!_isStopping || _mayEnd?.Invoke() == false)
        {
            var @event = Librdkafka.Poll(_queue, _isStopping ? EndingPauseMilliseconds : Forever);
            if (@event != 0)
            {
                _handle(@event);
            }
        }

        // Behind the call that wakes this thread: it needs the queue.
        lock (_ended)
        {
            Librdkafka.DestroyQueue(_queue);
        }

        _client.Dispose();
        _ended.TrySetResult();
    }
}
