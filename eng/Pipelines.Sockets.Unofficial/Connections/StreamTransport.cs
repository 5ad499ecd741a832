using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Moves bytes over a stream that can be read and written at the same time.</summary>
internal sealed class StreamTransport(Stream stream) : ITransport
{
    private readonly CancellationTokenSource _stopReceiving = new();
    private readonly CancellationTokenSource _stopSending = new();

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReadAsync(buffer, _stopReceiving.Token);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(ReadOnlySequence<byte> data)
    {
        foreach (var segment in data)
        {
            await stream.WriteAsync(segment, _stopSending.Token).ConfigureAwait(false);
        }

        await stream.FlushAsync(_stopSending.Token).ConfigureAwait(false);
    }

    public async ValueTask CloseSendingAsync()
    {
        // A stream in general has no half-closed state; these two have.
        if (stream is SslStream tls)
        {
            await tls.ShutdownAsync().ConfigureAwait(false);
        }
        else if (stream is NetworkStream network)
        {
            network.Socket.Shutdown(SocketShutdown.Send);
        }
    }

    public void CloseReceiving() => _stopReceiving.Cancel();

    public void Abort()
    {
        _stopReceiving.Cancel();
        _stopSending.Cancel();
        stream.Dispose();
    }
}
