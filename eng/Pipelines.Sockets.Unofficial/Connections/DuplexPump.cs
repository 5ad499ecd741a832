using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// Joins a transport to two pipes: one loop receives into the input pipe, one sends from the output pipe. An orderly end of one
/// direction leaves the other open; a failure of one ends both, so that neither side waits for what cannot come any more.
/// </summary>
internal sealed class DuplexPump : IDisposable
{
    private const int LargestReceive = 128 * 1024;

    private readonly ITransport _transport;
    private readonly bool _waitWithoutBuffer;
    private readonly int _smallestReceive;
    private readonly PipeWriter _received;
    private readonly PipeReader _toSend;
    private long _bytesReceived;
    private long _bytesSent;
    private int _lastReceived;
    private int _stopped;
    private bool _inputCompleted;

    private DuplexPump(ITransport transport, PipeOptions sendOptions, PipeOptions receiveOptions, bool waitWithoutBuffer)
    {
        var input = new Pipe(receiveOptions);
        var output = new Pipe(sendOptions);
        _transport = transport;
        _waitWithoutBuffer = waitWithoutBuffer;
        _smallestReceive = Math.Max(receiveOptions.MinimumSegmentSize, 1024);
        _received = input.Writer;
        _toSend = output.Reader;
        Input = new CountingPipeReader(input.Reader, OnInputCompleted);
        Output = new CountingPipeWriter(output.Writer);
    }

    public ConnectionEnd End { get; } = new();

    public CountingPipeReader Input { get; }

    public CountingPipeWriter Output { get; }

    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public int LastReceived => Volatile.Read(ref _lastReceived);

    public static DuplexPump Start(
        ITransport transport, PipeOptions? sendOptions, PipeOptions? receiveOptions, bool waitWithoutBuffer = false)
    {
        sendOptions ??= PipeOptions.Default;
        receiveOptions ??= PipeOptions.Default;
        var pump = new DuplexPump(transport, sendOptions, receiveOptions, waitWithoutBuffer);

        // Not on the caller's thread: a transport that always has data at once would keep it.
        receiveOptions.WriterScheduler.Schedule(static state => _ = ((DuplexPump)state!).ReceiveAsync(), pump);
        sendOptions.ReaderScheduler.Schedule(static state => _ = ((DuplexPump)state!).SendAsync(), pump);
        return pump;
    }

    public void Dispose()
    {
        End.TrySet(PipeShutdownKind.PipeDisposed);
        Stop();
    }

    private async Task ReceiveAsync()
    {
        Exception? failure = null;
        try
        {
            End.TrySet(await ReceiveUntilEndAsync().ConfigureAwait(false));

            // Where a failed send has ended the connection, the end of stream is only how that reaches this loop.
            failure = Volatile.Read(ref _stopped) != 0 ? End.Failure : null;
        }
        catch (Exception) when (Volatile.Read(ref _inputCompleted))
        {
            // Nobody reads any more, so this is the receive that was ended for that. What is being sent is not concerned.
        }
        catch (Exception error)
        {
            failure = End.SetReceiveFailure(error);
            Stop();
        }

        await _received.CompleteAsync(failure).ConfigureAwait(false);
    }

    private async Task<PipeShutdownKind> ReceiveUntilEndAsync()
    {
        var size = _smallestReceive;
        while (true)
        {
            if (_waitWithoutBuffer)
            {
                await _transport.ReceiveAsync(Memory<byte>.Empty).ConfigureAwait(false);
            }

            var buffer = _received.GetMemory(size);
            var count = await _transport.ReceiveAsync(buffer).ConfigureAwait(false);
            Volatile.Write(ref _lastReceived, count);
            if (count == 0)
            {
                return PipeShutdownKind.ReadEndOfStream;
            }

            Volatile.Write(ref _bytesReceived, _bytesReceived + count);
            _received.Advance(count);

            // A full buffer means that more is waiting: large replies are taken in large steps, small ones stay small.
            size = count == buffer.Length ? Math.Min(buffer.Length * 2, LargestReceive) : _smallestReceive;

            var flush = await _received.FlushAsync().ConfigureAwait(false);
            if (flush.IsCompleted)
            {
                return PipeShutdownKind.ReadFlushCompleted;
            }

            if (flush.IsCanceled)
            {
                return PipeShutdownKind.ReadFlushCanceled;
            }
        }
    }

    private async Task SendAsync()
    {
        Exception? failure = null;
        try
        {
            if (await SendUntilEndAsync().ConfigureAwait(false))
            {
                End.TrySet(PipeShutdownKind.WriteEndOfStream);
                await _transport.CloseSendingAsync().ConfigureAwait(false);
            }
            else
            {
                End.TrySet(PipeShutdownKind.OutputReaderCompleted);
            }
        }
        catch (Exception error)
        {
            failure = End.SetSendFailure(error);
            Stop();
        }

        await _toSend.CompleteAsync(failure).ConfigureAwait(false);
    }

    /// <returns>True where the producer completed the output and all of it is sent; false where the connection was stopped.</returns>
    private async Task<bool> SendUntilEndAsync()
    {
        while (true)
        {
            var result = await _toSend.ReadAsync().ConfigureAwait(false);
            if (Volatile.Read(ref _stopped) != 0)
            {
                return false;
            }

            var buffer = result.Buffer;
            if (!buffer.IsEmpty)
            {
                await _transport.SendAsync(buffer).ConfigureAwait(false);
                Volatile.Write(ref _bytesSent, _bytesSent + buffer.Length);
            }

            _toSend.AdvanceTo(buffer.End);
            if (result.IsCompleted)
            {
                return true;
            }
        }
    }

    private void OnInputCompleted()
    {
        Volatile.Write(ref _inputCompleted, true);
        End.TrySet(PipeShutdownKind.InputReaderCompleted);
        _transport.CloseReceiving();
    }

    private void Stop()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            _transport.Abort();
            _toSend.CancelPendingRead();
        }
    }
}
