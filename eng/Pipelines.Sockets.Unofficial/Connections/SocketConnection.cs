using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial;

/// <summary>A connected socket as a duplex pipe. Disposing it closes the socket.</summary>
public sealed class SocketConnection : IMeasuredDuplexPipe, IDisposable
{
    private readonly DuplexPump _pump;

    private SocketConnection(Socket socket, DuplexPump pump, string name)
    {
        Socket = socket;
        _pump = pump;
        Name = name;
    }

    /// <summary>What the connection is called in diagnostics.</summary>
    public string Name { get; }

    /// <summary>The socket below.</summary>
    public Socket Socket { get; }

    /// <inheritdoc />
    public PipeReader Input => _pump.Input;

    /// <inheritdoc />
    public PipeWriter Output => _pump.Output;

    /// <summary>Why the connection ended: the first cause.</summary>
    public PipeShutdownKind ShutdownKind => _pump.End.Kind;

    /// <summary>The socket error that ended the connection, or <see cref="SocketError.Success"/>.</summary>
    public SocketError SocketError => _pump.End.SocketError;

    /// <summary>How many bytes the latest receive brought.</summary>
    public int LastReceived => _pump.LastReceived;

    /// <summary>Bytes received from the socket so far.</summary>
    public long BytesRead => _pump.BytesReceived;

    /// <summary>Bytes handed to the socket so far.</summary>
    public long BytesSent => _pump.BytesSent;

    long IMeasuredDuplexPipe.TotalBytesSent => BytesSent;

    long IMeasuredDuplexPipe.TotalBytesReceived => BytesRead;

    /// <summary>Makes a duplex pipe of a connected socket and starts to receive.</summary>
    /// <param name="socket">The socket; the connection owns it from here on.</param>
    /// <param name="sendPipeOptions">The options of the output pipe; null is the default.</param>
    /// <param name="receivePipeOptions">The options of the input pipe; null is the default.</param>
    /// <param name="connectionOptions">How the socket is used.</param>
    /// <param name="name">What the connection is called in diagnostics.</param>
    public static SocketConnection Create(
        Socket socket,
        PipeOptions? sendPipeOptions = null,
        PipeOptions? receivePipeOptions = null,
        SocketConnectionOptions connectionOptions = SocketConnectionOptions.None,
        string? name = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        sendPipeOptions ??= PipeOptions.Default;
        receivePipeOptions ??= PipeOptions.Default;
        var transport = new SocketTransport(
            socket,
            connectionOptions.HasFlag(SocketConnectionOptions.InlineReads)
                ? PipeScheduler.Inline : receivePipeOptions.WriterScheduler,
            connectionOptions.HasFlag(SocketConnectionOptions.InlineWrites)
                ? PipeScheduler.Inline : sendPipeOptions.ReaderScheduler);
        var pump = DuplexPump.Start(
            transport,
            sendPipeOptions,
            receivePipeOptions,
            connectionOptions.HasFlag(SocketConnectionOptions.ZeroLengthReads));
        return new SocketConnection(socket, pump, name ?? nameof(SocketConnection));
    }

    /// <summary>Loads the assemblies that a connection needs, so that a missing one shows at once and not at the first read.</summary>
    public static void AssertDependencies()
    {
        RuntimeHelpers.RunClassConstructor(typeof(Pipe).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(Socket).TypeHandle);
    }

    /// <summary>Sets what suits a client of a request-and-reply protocol: nothing waits to be sent together with later data.</summary>
    public static void SetRecommendedClientOptions(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            socket.NoDelay = true;
        }
    }

    /// <summary>Records that the protocol on top ends the connection, before it shows on the socket.</summary>
    /// <returns>False where the connection had ended for another cause.</returns>
    public bool TrySetProtocolShutdown(PipeShutdownKind kind) => _pump.End.TrySet(kind);

    /// <summary>Where bytes wait at this moment.</summary>
    public Counters GetCounters() => new(
        AvailableOnSocket(),
        Math.Max(0, _pump.BytesReceived - _pump.Input.Consumed),
        Math.Max(0, _pump.Output.Written - _pump.BytesSent));

    /// <summary>Closes the connection and its socket.</summary>
    public void Dispose() => _pump.Dispose();

    /// <inheritdoc />
    public override string ToString() => Name;

    private int AvailableOnSocket()
    {
        try
        {
            return Socket.Available;
        }
        catch (Exception closed) when (closed is ObjectDisposedException or SocketException)
        {
            return 0;
        }
    }

    /// <summary>Where a connection's bytes wait.</summary>
    public readonly struct Counters
    {
        internal Counters(long availableOnSocket, long waitingToBeRead, long waitingToBeSent)
        {
            BytesAvailableOnSocket = availableOnSocket;
            BytesWaitingToBeRead = waitingToBeRead;
            BytesWaitingToBeSent = waitingToBeSent;
        }

        /// <summary>Bytes that the system has received and the connection has not taken.</summary>
        public long BytesAvailableOnSocket { get; }

        /// <summary>Bytes that the connection has taken and the consumer has not.</summary>
        public long BytesWaitingToBeRead { get; }

        /// <summary>Bytes that the producer has written and the connection has not sent.</summary>
        public long BytesWaitingToBeSent { get; }
    }
}
