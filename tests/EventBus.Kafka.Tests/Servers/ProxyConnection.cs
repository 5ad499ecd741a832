using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventBus.Kafka.Tests.Servers;

/// <summary>A client's connection to a broker, passed on by a <see cref="BrokerProxy"/>.</summary>
internal sealed class ProxyConnection(BrokerProxy proxy, Socket client) : IDisposable
{
    private const int BufferLength = 64 * 1024;

    // What stands before the client's id in each request: its length, kind, version and number.
    private const int HeaderLength = 12;
    private readonly Socket _broker = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>The client's <c>client.id</c>; null until its first request has come.</summary>
    public string? Client { get; private set; }

    /// <summary>Passes on until either side ends.</summary>
    public async Task RunAsync(int target)
    {
        client.NoDelay = true;
        await _broker.ConnectAsync(new IPEndPoint(IPAddress.Loopback, target));
        var buffer = new byte[BufferLength];
        var count = await ReadFirstAsync(buffer);
        if (count == 0 || proxy.IsBanned(Client!))
        {
            return;
        }

        await PassAsync(_broker, buffer.AsMemory(0, count));
        await await Task.WhenAny(PumpAsync(client, _broker, buffer), PumpAsync(_broker, client, new byte[BufferLength]));
    }

    /// <summary>Ends both sides at once, without a word.</summary>
    public void Dispose()
    {
        client.Close(0);
        _broker.Close(0);
    }

    // Until the client's id stands in the buffer.
    private async Task<int> ReadFirstAsync(byte[] buffer)
    {
        var count = 0;
        for (int read; (read = await client.ReceiveAsync(buffer.AsMemory(count))) > 0;)
        {
            count += read;
            if (count >= HeaderLength + sizeof(short))
            {
                var length = Math.Max((short)0, BinaryPrimitives.ReadInt16BigEndian(buffer.AsSpan(HeaderLength)));
                if (count >= HeaderLength + sizeof(short) + length)
                {
                    Client = Encoding.UTF8.GetString(buffer, HeaderLength + sizeof(short), length);
                    return count;
                }
            }
        }

        return 0;
    }

    private async Task PumpAsync(Socket from, Socket to, byte[] buffer)
    {
        for (int count; (count = await from.ReceiveAsync(buffer.AsMemory())) > 0;)
        {
            await PassAsync(to, buffer.AsMemory(0, count));
        }
    }

    private async Task PassAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        if (proxy.Delay > TimeSpan.Zero)
        {
            await Task.Delay(proxy.Delay, TimeProvider.System);
        }

        await proxy.WhenOpenAsync();
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes)..];
        }
    }
}
