using System.Net;
using System.Net.Sockets;
using StackExchange.Redis.Configuration;
using ConnectionType = StackExchange.Redis.ConnectionType;

namespace FundTransfer;

/// <summary>The way of a member's connections to the server. Once it is cut, they are gone, and there are no new ones.</summary>
internal sealed class Cable : Tunnel
{
    private readonly List<Socket> _sockets = [];
    private bool _isCut;

    public void Cut()
    {
        lock (_sockets)
        {
            _isCut = true;
            _sockets.ForEach(static socket => socket.Dispose());
        }
    }

    public override ValueTask BeforeSocketConnectAsync(
        EndPoint endPoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        lock (_sockets)
        {
            if (_isCut)
            {
                throw new IOException("The cable is cut.");
            }

            if (socket is not null)
            {
                _sockets.Add(socket);
            }
        }

        return ValueTask.CompletedTask;
    }
}
