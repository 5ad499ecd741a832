using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EventBus.Kafka.Tests.Servers;

/// <summary>
/// Stands between the clients and one broker, on a port that the broker tells as its own. It knows clients by their <c>client.id</c>, so that one of
/// them can be cut off while the others go on.
/// </summary>
internal sealed class BrokerProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, port: 0);
    private readonly ConcurrentDictionary<ProxyConnection, Task> _connections = [];
    private readonly ConcurrentDictionary<string, byte> _banned = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile TaskCompletionSource? _stall;
    private long _delayTicks;

    /// <param name="target">The broker's port.</param>
    public BrokerProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

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

    public bool IsBanned(string client) => _banned.ContainsKey(client);

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
        await Task.WhenAll(_connections.Values);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                var connection = new ProxyConnection(this, socket);
                _connections[connection] = RunAsync(connection);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task RunAsync(ProxyConnection connection)
    {
        // Put into the dictionary before it can be taken out of it.
        await Task.Yield();
        try
        {
            await connection.RunAsync(_target);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Either side has closed the connection, or it was cut.
        }
        finally
        {
            connection.Dispose();
            _connections.TryRemove(connection, out _);
        }
    }
}
