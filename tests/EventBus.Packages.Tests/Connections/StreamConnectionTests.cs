using System.IO.Pipelines;
using System.Net.Sockets;
using System.Security.Cryptography;
using Pipelines.Sockets.Unofficial;

namespace EventBus.Packages.Tests.Connections;

/// <summary>Streams as pipes; the Redis tests over TLS use them under load.</summary>
public sealed class StreamConnectionTests : IAsyncLifetime
{
    private IDuplexPipe _pipe = null!;
    private Socket _peer = null!;

    public async ValueTask InitializeAsync()
    {
        (var socket, _peer) = await SocketPair.ConnectSocketsAsync();
        _pipe = StreamConnection.GetDuplex(new NetworkStream(socket, ownsSocket: true), null, null, "test");
    }

    public ValueTask DisposeAsync()
    {
        (_pipe as IDisposable)?.Dispose();
        _peer.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Bytes_InBothDirectionsAtOnce_ArriveInFull()
    {
        var there = RandomNumberGenerator.GetBytes(5_000_000);
        var back = RandomNumberGenerator.GetBytes(5_000_000);

        var sending = Task.WhenAll(Bytes.WriteAllAsync(_pipe.Output, there), Bytes.SendInGrowingPiecesAsync(_peer, back));
        var atPeer = Bytes.ReadToEndAsync(_peer);
        var atPipe = Bytes.ReadToEndAsync(_pipe.Input);

        await sending.Within();
        Assert.True((await atPeer.Within()).AsSpan().SequenceEqual(there));
        Assert.True((await atPipe.Within()).AsSpan().SequenceEqual(back));
        var measured = Assert.IsType<IMeasuredDuplexPipe>(_pipe, exactMatch: false);
        Assert.Equal(there.Length, measured.TotalBytesSent);
        Assert.Equal(back.Length, measured.TotalBytesReceived);
    }

    [Fact]
    public async Task Input_CompletedByItsReader_OutputStillArrives()
    {
        await _pipe.Input.CompleteAsync();
        await Bytes.WriteAllAsync(_pipe.Output, "still here"u8.ToArray());

        Assert.Equal("still here"u8.ToArray(), await Bytes.ReadToEndAsync(_peer).Within());
    }

    [Fact]
    public async Task Pipe_DisposedUnderARead_ReadEnds()
    {
        var reading = Record.ExceptionAsync(() => Bytes.ReadToEndAsync(_pipe.Input)).AsTask();

        (_pipe as IDisposable)!.Dispose();

        await reading.Within();
        Assert.Empty(await Bytes.ReadToEndAsync(_peer).Within());
    }

    [Fact]
    public async Task Reader_OfAStream_ReadsItInFull()
    {
        var content = RandomNumberGenerator.GetBytes(300_000);
        using var stream = new MemoryStream(content);

        var reader = StreamConnection.GetReader(stream, null, null);

        Assert.Equal(content, await Bytes.ReadToEndAsync(reader).Within());
    }
}
