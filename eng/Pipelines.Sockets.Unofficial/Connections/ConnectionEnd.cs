using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial;

/// <summary>How a connection ended. The first cause counts; those that follow from it are not told.</summary>
internal sealed class ConnectionEnd
{
    private int _kind;
    private int _socketError;
    private Exception? _failure;

    public PipeShutdownKind Kind => (PipeShutdownKind)Volatile.Read(ref _kind);

    public SocketError SocketError => (SocketError)Volatile.Read(ref _socketError);

    /// <summary>What the consumer gets to see of the failure that ended the connection, if it was one.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Records the cause, unless there is one already.</summary>
    public bool TrySet(PipeShutdownKind kind) =>
        Interlocked.CompareExchange(ref _kind, (int)kind, (int)PipeShutdownKind.None) == (int)PipeShutdownKind.None;

    /// <summary>Records a failed receive.</summary>
    /// <returns>What the consumer of the input gets to see.</returns>
    public Exception SetReceiveFailure(Exception failure)
    {
        var kind = failure switch
        {
            ObjectDisposedException or OperationCanceledException => PipeShutdownKind.ReadDisposed,
            SocketException => PipeShutdownKind.ReadSocketError,
            IOException => PipeShutdownKind.ReadIOException,
            _ => PipeShutdownKind.ReadException,
        };
        return Set(kind, failure);
    }

    /// <summary>Records a failed send.</summary>
    /// <returns>What the producer of the output gets to see.</returns>
    public Exception SetSendFailure(Exception failure)
    {
        var kind = failure switch
        {
            ObjectDisposedException or OperationCanceledException => PipeShutdownKind.WriteDisposed,
            SocketException => PipeShutdownKind.WriteSocketError,
            IOException => PipeShutdownKind.WriteIOException,
            _ => PipeShutdownKind.WriteException,
        };
        return Set(kind, failure);
    }

    private Exception Set(PipeShutdownKind kind, Exception failure)
    {
        var socketFailure = failure as SocketException ?? failure.InnerException as SocketException;
        var told = socketFailure is not null && IsReset(socketFailure.SocketErrorCode)
            ? new ConnectionResetException(socketFailure.Message, failure)
            : failure;
        if (TrySet(kind))
        {
            Volatile.Write(ref _socketError, (int)(socketFailure?.SocketErrorCode ?? SocketError.Success));
            Volatile.Write(ref _failure, told);
        }

        return told;
    }

    private static bool IsReset(SocketError error) =>
        error is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown
            or SocketError.NetworkReset or SocketError.OperationAborted;
}
