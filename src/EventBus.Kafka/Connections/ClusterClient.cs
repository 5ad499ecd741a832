using Confluent.Kafka;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Connections;

/// <summary>
/// The client that asks and changes the cluster, for everything that is neither publishing nor reading. Made at the first use, and again behind
/// <see cref="Leave"/>; it has connections only to the brokers that were asked.
/// </summary>
internal sealed class ClusterClient(KafkaConnection connection) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private KafkaClient? _client;
    private ClientThread? _thread;
    private Task _ended = Task.CompletedTask;
    private volatile ClusterError? _lastError;
    private bool _isDisposed;

    /// <summary>The last thing that went wrong with a connection, which tells more than the time-out that follows from it.</summary>
    public ClusterError? LastError => _lastError;

    /// <summary>Forgets it: the brokers have answered since.</summary>
    public void ForgetErrors() => _lastError = null;

    /// <summary>Makes a call that waits for the brokers, on a thread of its own; the client stays open until it has returned.</summary>
    /// <param name="call">Bounded in time by itself; called with the client.</param>
    /// <param name="cancellationToken">Gives up waiting for the call, which goes on.</param>
    public Task<T> RunAsync<T>(Func<nint, T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var client = OpenForUse();
        return Task.Factory.StartNew(
            () => client.EndUse(call), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default).WaitAsync(cancellationToken);
    }

    /// <summary>Has the next calls use another client; the one that is left is closed when the calls that use it have returned.</summary>
    /// <param name="client">The one that the caller was called with. Where it has been left already, nothing happens.</param>
    public void Leave(nint client)
    {
        lock (_lock)
        {
            if (_client?.Handle == client && !_isDisposed)
            {
                _ended = Task.WhenAll(_ended, _thread!.StopAsync());
                _client = null;
                _thread = null;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task ended;
        lock (_lock)
        {
            _isDisposed = true;
            ended = Task.WhenAll(_ended, _thread?.StopAsync() ?? Task.CompletedTask);
        }

        await ended.ConfigureAwait(false);
    }

    // That all brokers are down is what follows from errors that tell more: those of their connections.
    private void Note(ClusterError error)
    {
        if (error.Code != ErrorCode.Local_AllBrokersDown || _lastError is null)
        {
            _lastError = error;
        }
    }

    // In use before the lock is left, behind which it may be closed.
    private KafkaClient OpenForUse()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_client is null)
            {
                var client = connection.CreateClient();
                var events = new ClientEvents(connection, client, "cluster client") { Failed = Note };
                _thread = new ClientThread(client, "EventBus Kafka cluster", @event =>
                {
                    events.TryHandle(@event);
                    Librdkafka.DestroyEvent(@event);
                });
                _client = client;
            }

            _client.BeginUse();
            return _client;
        }
    }
}
