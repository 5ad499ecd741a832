using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace EventBus.Packages.Tests.Connections;

/// <summary>Ways to send and receive bytes, at either end of a connection.</summary>
internal static class Bytes
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task SendInGrowingPiecesAsync(Socket socket, ReadOnlyMemory<byte> data)
    {
        for (var size = 1; data.Length > 0; size = Math.Min(size * 2, 100_000))
        {
            data = data[await socket.SendAsync(data[..Math.Min(size, data.Length)], Cancellation)..];
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    public static async Task WriteAllAsync(PipeWriter writer, ReadOnlyMemory<byte> data)
    {
        await writer.WriteAsync(data, Cancellation);
        await writer.CompleteAsync();
    }

    public static async Task<byte[]> ReadToEndAsync(PipeReader reader)
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

    public static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, Cancellation) is var count and > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    public static async Task WriteUntilCompletedAsync(PipeWriter writer)
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
