namespace Pipelines.Sockets.Unofficial;

/// <summary>How a <see cref="SocketConnection"/> uses its socket.</summary>
[Flags]
public enum SocketConnectionOptions
{
    /// <summary>No option.</summary>
    None = 0,

    /// <summary>An idle connection waits for data without holding a buffer.</summary>
    ZeroLengthReads = 1,

    /// <summary>Receiving continues on the thread that completed the receive, not on the pipe's scheduler.</summary>
    InlineReads = 2,

    /// <summary>Sending continues on the thread that completed the send, not on the pipe's scheduler.</summary>
    InlineWrites = 4,

    /// <summary>Connecting continues on the thread that completed it, not on the pipe's scheduler.</summary>
    InlineConnect = 8,
}
