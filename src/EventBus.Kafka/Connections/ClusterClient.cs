using Confluent.Kafka;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Connections;

/// <summary>
/// The client that asks and changes the cluster, for everything that is neither publishing nor reading. Made at the first use; it has connections only to
/// the brokers that were asked.
/// </summary>
internal sealed class ClusterClient(KafkaConnection connection) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private KafkaClient? _client;
    private ClientThread? _thread;
    private volatile Error? _lastError;
    private bool _isDisposed;

    /// <summary>The last thing that went wrong with a connection, which tells more than the time-out that follows from it.</summary>
    public Error? LastError => _lastError;

    /// <summary>Makes a call that waits for the brokers, on a thread of its own; the client stays open until it has returned.</summary>
    /// <param name="call">Bounded in time by itself; called with the client.</param>
    /// <param name="cancellationToken">Gives up waiting for the call, which goes on.</param>
    public Task<T> RunAsync<T>(Func<nint, T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var client = Open();
        return Task.Factory.StartNew(
            () => client.Use(call), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default).WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        ClientThread? thread;
        lock (_lock)
        {
            _isDisposed = true;
            thread = _thread;
        }

        await (thread?.StopAsync() ?? Task.CompletedTask).ConfigureAwait(false);
    }

    private KafkaClient Open()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_client is null)
            {
                var client = connection.CreateClient();
                var events = new ClientEvents(connection, client, "cluster client") { Failed = error => _lastError = error };
                _thread = new ClientThread(client, "EventBus Kafka cluster", @event =>
                {
                    events.TryHandle(@event);
                    Librdkafka.DestroyEvent(@event);
                });
                _client = client;
            }

            return _client;
        }
    }
}
