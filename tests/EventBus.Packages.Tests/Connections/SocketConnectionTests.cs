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

        var sending = Bytes.SendInGrowingPiecesAsync(pair.Peer, sent);
        var received = await Bytes.ReadToEndAsync(pair.Connection.Input).Within();

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

        var sending = Bytes.WriteAllAsync(pair.Connection.Output, sent);
        var received = await Bytes.ReadToEndAsync(pair.Peer).Within();

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
        Assert.Empty(await Bytes.ReadToEndAsync(pair.Connection.Input).Within());
        await pair.Connection.Output.WriteAsync("still here"u8.ToArray(), Cancellation);
        await pair.Connection.Output.CompleteAsync();

        Assert.Equal("still here"u8.ToArray(), await Bytes.ReadToEndAsync(pair.Peer).Within());
    }

    [Fact]
    public async Task Output_Completed_InputStillArrives()
    {
        using var pair = await SocketPair.ConnectAsync();

        await pair.Connection.Output.CompleteAsync();
        Assert.Empty(await Bytes.ReadToEndAsync(pair.Peer).Within());
        await pair.Peer.SendAsync("still here"u8.ToArray(), Cancellation);
        pair.Peer.Shutdown(SocketShutdown.Send);

        Assert.Equal("still here"u8.ToArray(), await Bytes.ReadToEndAsync(pair.Connection.Input).Within());
    }

    [Fact]
    public async Task Input_CompletedByItsReader_OutputStillArrives()
    {
        using var pair = await SocketPair.ConnectAsync();

        await pair.Connection.Input.CompleteAsync();
        await Bytes.WriteAllAsync(pair.Connection.Output, "still here"u8.ToArray());

        Assert.Equal("still here"u8.ToArray(), await Bytes.ReadToEndAsync(pair.Peer).Within());
    }

    [Fact]
    public async Task Peer_AbortedTheConnection_ReaderAndWriterLearnOfIt()
    {
        using var pair = await SocketPair.ConnectAsync();
        var reading = Bytes.ReadToEndAsync(pair.Connection.Input);

        pair.Peer.Close(timeout: 0);

        await Assert.ThrowsAnyAsync<IOException>(() => reading.Within());
        Assert.Equal(SocketError.ConnectionReset, pair.Connection.SocketError);
        await Bytes.WriteUntilCompletedAsync(pair.Connection.Output).Within();
    }

    [Fact]
    public async Task Connection_DisposedUnderAReadAndAFullOutput_BothEnd()
    {
        using var pair = await SocketPair.ConnectAsync();
        var reading = Record.ExceptionAsync(() => Bytes.ReadToEndAsync(pair.Connection.Input)).AsTask();
        var writing = Bytes.WriteUntilCompletedAsync(pair.Connection.Output);

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
}
