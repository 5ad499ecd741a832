using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Security.Cryptography;
using Pipelines.Sockets.Unofficial;

namespace EventBus.Packages.Tests.Connections;

/// <summary>A connection at its edges: data in pieces, half-closed, aborted, disposed.</summary>
public sealed class SocketConnectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SocketConnectionOptions.None)]
    [InlineData(SocketConnectionOptions.ZeroLengthReads)]
    [InlineData(SocketConnectionOptions.InlineReads | SocketConnectionOptions.InlineWrites)]
    public async Task Input_ArrivingInPieces_ReadInFull(SocketConnectionOptions options)
    {
        using var pair = await SocketPair.ConnectAsync(options);
        var sent = RandomNumberGenerator.GetBytes(3_000_000);

        var sending = SendInGrowingPiecesAsync(pair.Peer, sent);
        var received = await ReadToEndAsync(pair.Connection.Input).Within();

        await sending.Within();
        Assert.True(received.AsSpan().SequenceEqual(sent));
        Assert.Equal(sent.Length, pair.Connection.BytesRead);
        Assert.Equal(PipeShutdownKind.ReadEndOfStream, pair.Connection.ShutdownKind);
    }

    [Fact]
    public async Task Output_LargerThanAllBuffers_ArrivesInFull()
    {
        using var pair = await SocketPair.ConnectAsync();
        var sent = RandomNumberGenerator.GetBytes(20_000_000);

        var sending = WriteAllAsync(pair.Connection.Output, sent);
        var received = await ReadToEndAsync(pair.Peer).Within();

        await sending.Within();
        Assert.True(received.AsSpan().SequenceEqual(sent));
        Assert.Equal(sent.Length, pair.Connection.BytesSent);
        Assert.Equal(0, pair.Connection.GetCounters().BytesWaitingToBeSent);
    }

    [Fact]
    public async Task Peer_ClosedItsSendingSide_OutputStillArrives()
    {
        using var pair = await SocketPair.ConnectAsync();

        pair.Peer.Shutdown(SocketShutdown.Send);
        Assert.Empty(await ReadToEndAsync(pair.Connection.Input).Within());
        await pair.Connection.Output.WriteAsync("still here"u8.ToArray(), Cancellation);
        await pair.Connection.Output.CompleteAsync();

        Assert.Equal("still here"u8.ToArray(), await ReadToEndAsync(pair.Peer).Within());
    }

    [Fact]
    public async Task Output_Completed_InputStillArrives()
    {
        using var pair = await SocketPair.ConnectAsync();

        await pair.Connection.Output.CompleteAsync();
        Assert.Empty(await ReadToEndAsync(pair.Peer).Within());
        await pair.Peer.SendAsync("still here"u8.ToArray(), Cancellation);
        pair.Peer.Shutdown(SocketShutdown.Send);

        Assert.Equal("still here"u8.ToArray(), await ReadToEndAsync(pair.Connection.Input).Within());
    }

    [Fact]
    public async Task Peer_AbortedTheConnection_ReaderAndWriterLearnOfIt()
    {
        using var pair = await SocketPair.ConnectAsync();
        var reading = ReadToEndAsync(pair.Connection.Input);

        pair.Peer.Close(timeout: 0);

        await Assert.ThrowsAnyAsync<IOException>(() => reading.Within());
        Assert.Equal(SocketError.ConnectionReset, pair.Connection.SocketError);
        await WriteUntilCompletedAsync(pair.Connection.Output).Within();
    }

    [Fact]
    public async Task Connection_DisposedUnderAReadAndAFullOutput_BothEnd()
    {
        using var pair = await SocketPair.ConnectAsync();
        var reading = Record.ExceptionAsync(() => ReadToEndAsync(pair.Connection.Input)).AsTask();
        var writing = WriteUntilCompletedAsync(pair.Connection.Output);

        pair.Connection.Dispose();
        pair.Connection.Dispose();

        await Task.WhenAll(reading, writing).Within();
        Assert.Equal(PipeShutdownKind.PipeDisposed, pair.Connection.ShutdownKind);
    }

    [Fact]
    public async Task Counters_WithUnreadInput_TellHowMuchWaits()
    {
        using var pair = await SocketPair.ConnectAsync();
        await pair.Peer.SendAsync(new byte[100], Cancellation);
        var result = await pair.Connection.Input.ReadAtLeastAsync(100, Cancellation).AsTask().Within();

        Assert.Equal(100, pair.Connection.GetCounters().BytesWaitingToBeRead);
        pair.Connection.Input.AdvanceTo(result.Buffer.GetPosition(60));

        Assert.Equal(40, pair.Connection.GetCounters().BytesWaitingToBeRead);
        Assert.Equal(100, pair.Connection.LastReceived);
    }

    private static async Task SendInGrowingPiecesAsync(Socket socket, ReadOnlyMemory<byte> data)
    {
        for (var size = 1; data.Length > 0; size = Math.Min(size * 2, 100_000))
        {
            data = data[await socket.SendAsync(data[..Math.Min(size, data.Length)], Cancellation)..];
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task WriteAllAsync(PipeWriter writer, ReadOnlyMemory<byte> data)
    {
        await writer.WriteAsync(data, Cancellation);
        await writer.CompleteAsync();
    }

    private static async Task<byte[]> ReadToEndAsync(PipeReader reader)
    {
        while (true)
        {
            var result = await reader.ReadAsync(Cancellation);
            if (result.IsCompleted)
            {
                var all = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return all;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, Cancellation) is var count and > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    private static async Task WriteUntilCompletedAsync(PipeWriter writer)
    {
        var data = new byte[64 * 1024];
        try
        {
            while (!(await writer.WriteAsync(data, Cancellation)).IsCompleted)
            {
            }
        }
        catch (Exception ended) when (ended is IOException or SocketException or ObjectDisposedException)
        {
            // A failure that reached the writer is the other way to learn that nobody takes the data any more.
        }
    }
}
