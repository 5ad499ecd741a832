using System.Buffers;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// What a <see cref="DuplexPump"/> moves bytes over. One receive and one send may be under way at the same time, never two of
/// a kind. The closing members may be called from any thread, any number of times, also while operations are under way.
/// </summary>
internal interface ITransport
{
    /// <summary>Receives what is there, at least one byte. With an empty buffer it only waits until there is something.</summary>
    /// <returns>The number of bytes received; 0 with a non-empty buffer is the peer's end of stream.</returns>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends all of the data.</summary>
    ValueTask SendAsync(ReadOnlySequence<byte> data);

    /// <summary>Tells the peer that nothing more will be sent; receiving goes on.</summary>
    ValueTask CloseSendingAsync();

    /// <summary>Ends a receive that is under way and those to come; sending goes on.</summary>
    void CloseReceiving();

    /// <summary>Ends everything that is under way, and lets go of the resources.</summary>
    void Abort();
}
