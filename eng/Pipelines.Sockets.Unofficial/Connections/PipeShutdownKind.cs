namespace Pipelines.Sockets.Unofficial;

/// <summary>Why a connection ended: the first cause that was seen.</summary>
public enum PipeShutdownKind
{
    /// <summary>The connection has not ended.</summary>
    None = 0,

    /// <summary>The connection itself was disposed.</summary>
    PipeDisposed = 1,

    /// <summary>The peer closed its sending side.</summary>
    ReadEndOfStream = 100,

    /// <summary>The socket or stream was disposed under a read.</summary>
    ReadDisposed = 101,

    /// <summary>A read failed with an I/O error.</summary>
    ReadIOException = 102,

    /// <summary>A read failed for any other reason.</summary>
    ReadException = 103,

    /// <summary>A read failed with a socket error.</summary>
    ReadSocketError = 104,

    /// <summary>What was received had nowhere to go: the input's reader is completed.</summary>
    ReadFlushCompleted = 105,

    /// <summary>Handing over what was received was cancelled.</summary>
    ReadFlushCanceled = 106,

    /// <summary>The output's writer was completed and everything was sent.</summary>
    WriteEndOfStream = 200,

    /// <summary>The socket or stream was disposed under a write.</summary>
    WriteDisposed = 201,

    /// <summary>A write failed with an I/O error.</summary>
    WriteIOException = 203,

    /// <summary>A write failed for any other reason.</summary>
    WriteException = 204,

    /// <summary>A write failed with a socket error.</summary>
    WriteSocketError = 205,

    /// <summary>The consumer completed the input's reader.</summary>
    InputReaderCompleted = 300,

    /// <summary>The input's writer was completed.</summary>
    InputWriterCompleted = 301,

    /// <summary>The output's reader was completed.</summary>
    OutputReaderCompleted = 302,

    /// <summary>The protocol on top ended the connection on purpose, from this side.</summary>
    ProtocolExitClient = 400,
}
