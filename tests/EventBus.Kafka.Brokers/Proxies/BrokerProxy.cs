using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>
/// Stands between the clients and one broker. It knows clients by their <c>client.id</c>, so that one of them can be cut off while the others go on, and
/// the requests in which groups come together. It speaks to clients that use neither TLS nor SASL.
/// </summary>
internal sealed class BrokerProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, port: 0);
    private readonly ConcurrentDictionary<ProxyConnection, TaskCompletionSource> _connections = [];
    private readonly ConcurrentDictionary<string, byte> _banned = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Client, KafkaRequest Request), TaskCompletionSource> _held = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource? _stall;
    private long _delayTicks;

    /// <param name="host">The broker's host.</param>
    /// <param name="port">The broker's port.</param>
    /// <param name="handlers">What becomes of the requests that are of interest.</param>
    public BrokerProxy(string host, int port, IReadOnlyDictionary<KafkaRequest, Func<ProxiedRequest, Handling>> handlers)
    {
        Host = host;
        TargetPort = port;
        Handlers = handlers;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IReadOnlyDictionary<KafkaRequest, Func<ProxiedRequest, Handling>> Handlers { get; }

    /// <summary>The broker's host.</summary>
    public string Host { get; }

    /// <summary>The broker's port.</summary>
    public int TargetPort { get; }

    /// <summary>The proxy's own port, on the loopback address.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How long whatever is read waits before it is passed on, in either direction.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    /// <summary>Completes while the network lets everything through.</summary>
    public Task WhenOpenAsync() => _stall?.Task ?? Task.CompletedTask;

    /// <summary>Cuts a client off for good.</summary>
    public void Ban(string client)
    {
        _banned[client] = 0;
        Cut(client);
    }

    /// <exception cref="OperationCanceledException">The client is cut off.</exception>
    public void Admit(string client)
    {
        if (_banned.ContainsKey(client))
        {
            throw new OperationCanceledException($"{client} is cut off.");
        }
    }

    /// <summary>Keeps a client's requests of a kind, and what comes behind them on the same connection.</summary>
    public void Hold(string client, KafkaRequest request) =>
        _held[(client, request)] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Passes on what has been kept.</summary>
    public void Release(string client, KafkaRequest request)
    {
        if (_held.TryRemove((client, request), out var held))
        {
            held.TrySetResult();
        }
    }

    /// <summary>Completes when a client's request may be passed on.</summary>
    public Task WhenReleasedAsync(string client, KafkaRequest request) =>
        _held.TryGetValue((client, request), out var held) ? held.Task : Task.CompletedTask;

    /// <summary>Closes the connections of one client, or of all.</summary>
    public void Cut(string? client = null)
    {
        foreach (var connection in _connections.Keys.Where(connection => client is null || connection.Client == client))
        {
            connection.Dispose();
        }
    }

    /// <summary>Passes nothing on any more, and keeps the connections.</summary>
    public void Stall() => _stall ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Passes everything on that has been held.</summary>
    public void Resume()
    {
        var stall = _stall;
        _stall = null;
        stall?.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Resume();
        Cut();
        await Task.WhenAll(_connections.Values.Select(static end => end.Task));
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new ProxyConnection(this, await _listener.AcceptSocketAsync(_stop.Token));
                var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _connections[connection] = end;
                _ = RunAsync(connection, end);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task RunAsync(ProxyConnection connection, TaskCompletionSource end)
    {
        try
        {
            await connection.RunAsync(Host, TargetPort);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException or IOException)
        {
            // Either side has closed the connection, or it was cut.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A fault of the proxy's own, which the end of the tests tells.
            end.SetException(exception);
            connection.Dispose();
            return;
        }

        connection.Dispose();
        _connections.TryRemove(connection, out _);
        end.SetResult();
    }
}
