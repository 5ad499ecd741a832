using System.Net;
using System.Net.Sockets;
using Pipelines.Sockets.Unofficial;

namespace EventBus.Packages.Tests.Connections;

/// <summary>A connection and the bare socket at its other end.</summary>
internal sealed class SocketPair : IDisposable
{
    private SocketPair(SocketConnection connection, Socket peer)
    {
        Connection = connection;
        Peer = peer;
    }

    public SocketConnection Connection { get; }

    public Socket Peer { get; }

    public static async Task<SocketPair> ConnectAsync(SocketConnectionOptions options = SocketConnectionOptions.None)
    {
        var (socket, peer) = await ConnectSocketsAsync();
        SocketConnection.SetRecommendedClientOptions(socket);
        return new SocketPair(SocketConnection.Create(socket, null, null, options, "test"), peer);
    }

    public static async Task<(Socket Client, Socket Peer)> ConnectSocketsAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndpoint, TestContext.Current.CancellationToken);
        return (socket, await listener.AcceptSocketAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        Connection.Dispose();
        Peer.Dispose();
    }
}
