using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Moves bytes over a connected stream socket.</summary>
internal sealed class SocketTransport(Socket socket, PipeScheduler receiveScheduler, PipeScheduler sendScheduler) : ITransport
{
    private readonly SocketAwaitableEventArgs _receive = new(receiveScheduler);
    private readonly SocketAwaitableEventArgs _send = new(sendScheduler);
    private readonly List<ArraySegment<byte>> _segments = [];

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        _receive.SetBuffer(buffer);
        if (!socket.ReceiveAsync(_receive))
        {
            _receive.Complete();
        }

        return await _receive;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(ReadOnlySequence<byte> data)
    {
        while (!data.IsEmpty)
        {
            SetSendBuffers(data);
            if (!socket.SendAsync(_send))
            {
                _send.Complete();
            }

            data = data.Slice(await _send);
        }
    }

    public ValueTask CloseSendingAsync()
    {
        Shutdown(SocketShutdown.Send);
        return ValueTask.CompletedTask;
    }

    public void CloseReceiving() => Shutdown(SocketShutdown.Receive);

    public void Abort()
    {
        // Shutting down first ends operations under way as an orderly end of stream instead of an error.
        Shutdown(SocketShutdown.Both);
        socket.Dispose();

        // Arguments in use put their disposal off until the operation has ended.
        _receive.Dispose();
        _send.Dispose();
    }

    private void SetSendBuffers(in ReadOnlySequence<byte> data)
    {
        if (data.IsSingleSegment)
        {
            if (_send.BufferList is not null)
            {
                _send.BufferList = null;
            }

            _send.SetBuffer(MemoryMarshal.AsMemory(data.First));
            return;
        }

        if (_send.BufferList is null)
        {
            _send.SetBuffer(default);
        }

        _segments.Clear();
        foreach (var memory in data)
        {
            if (!MemoryMarshal.TryGetArray(memory, out var segment))
            {
                segment = memory.ToArray();
            }

            if (segment.Count > 0)
            {
                _segments.Add(segment);
            }
        }

        _send.BufferList = _segments;
    }

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            socket.Shutdown(how);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The connection is gone already, which is what was asked for.
        }
    }
}
