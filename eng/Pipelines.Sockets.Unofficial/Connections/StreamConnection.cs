using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Streams as pipes.</summary>
public static class StreamConnection
{
    /// <summary>Makes a duplex pipe of a stream that can be read and written at the same time, and starts to read.</summary>
    /// <param name="stream">The stream; the pipe, which is disposable, owns it from here on.</param>
    /// <param name="sendPipeOptions">The options of the output pipe; null is the default.</param>
    /// <param name="receivePipeOptions">The options of the input pipe; null is the default.</param>
    /// <param name="name">What the pipe is called in diagnostics.</param>
    public static IDuplexPipe GetDuplex(
        Stream stream, PipeOptions? sendPipeOptions = null, PipeOptions? receivePipeOptions = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead || !stream.CanWrite)
        {
            throw new ArgumentException("The stream has to be readable and writable.", nameof(stream));
        }

        var pump = DuplexPump.Start(new StreamTransport(stream), sendPipeOptions, receivePipeOptions);
        return new StreamDuplexPipe(pump, name ?? stream.GetType().Name);
    }

    /// <summary>Makes a reader of a stream. The stream stays the caller's.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="pipeOptions">The pool and the size of the buffers; null is the default.</param>
    /// <param name="name">What the reader is called in diagnostics.</param>
    public static PipeReader GetReader(Stream stream, PipeOptions? pipeOptions = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead)
        {
            throw new ArgumentException($"The stream {name} has to be readable.", nameof(stream));
        }

        pipeOptions ??= PipeOptions.Default;
        return PipeReader.Create(
            stream,
            new StreamPipeReaderOptions(
                pipeOptions.Pool,
                bufferSize: pipeOptions.MinimumSegmentSize,
                minimumReadSize: Math.Min(1024, pipeOptions.MinimumSegmentSize),
                leaveOpen: true));
    }

    private sealed class StreamDuplexPipe(DuplexPump pump, string name) : IMeasuredDuplexPipe, IDisposable
    {
        public PipeReader Input => pump.Input;

        public PipeWriter Output => pump.Output;

        public long TotalBytesSent => pump.BytesSent;

        public long TotalBytesReceived => pump.BytesReceived;

        public void Dispose() => pump.Dispose();

        public override string ToString() => name;
    }
}
