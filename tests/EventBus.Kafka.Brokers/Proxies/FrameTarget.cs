using System.Buffers;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>One end of a connection, to which several may write whole frames: nobody comes between the parts of one.</summary>
internal sealed class FrameTarget(Stream stream, BrokerProxy proxy, CancellationToken end) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _isInFrame;

    /// <summary>Writes a part of a frame that one writer alone writes in parts.</summary>
    /// <param name="bytes">Whole frames, or the next part of one.</param>
    /// <param name="isWhole">Whether a frame ends with them.</param>
    public async Task WriteAsync(ReadOnlySequence<byte> bytes, bool isWhole)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        if (proxy.Delay > TimeSpan.Zero)
        {
            await Task.Delay(proxy.Delay, TimeProvider.System, end);
        }

        await proxy.WhenOpenAsync().WaitAsync(end);
        if (!_isInFrame)
        {
            await _turn.WaitAsync(end);
            _isInFrame = true;
        }

        foreach (var part in bytes)
        {
            await stream.WriteAsync(part, end);
        }

        if (isWhole)
        {
            _isInFrame = false;
            _turn.Release();
        }
    }

    /// <summary>Writes a frame between those of the other writer.</summary>
    public async Task InsertAsync(byte[] frame)
    {
        await _turn.WaitAsync(end);
        await stream.WriteAsync(frame, end);
        _turn.Release();
    }

    public void Dispose() => _turn.Dispose();
}
