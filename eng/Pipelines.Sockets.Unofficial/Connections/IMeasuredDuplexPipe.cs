using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>A duplex pipe that counts what went through it.</summary>
public interface IMeasuredDuplexPipe : IDuplexPipe
{
    /// <summary>Bytes handed to the transport since the pipe was made.</summary>
    long TotalBytesSent { get; }

    /// <summary>Bytes taken from the transport since the pipe was made.</summary>
    long TotalBytesReceived { get; }
}
