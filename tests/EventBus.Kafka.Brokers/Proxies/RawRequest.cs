using System.Buffers.Binary;
using System.Net.Sockets;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>A request of the tests' own to a broker, on a connection of its own.</summary>
internal static class RawRequest
{
    private const string Client = "tests";

    /// <summary>Asks a broker past its proxy, and waits for the answer.</summary>
    /// <returns>The answer with its length and number; null where the broker is down.</returns>
    public static byte[]? Send(BrokerProxy broker, KafkaRequest kind, short version, Action<WireWriter> write) =>
        Send(broker.Host, broker.TargetPort, kind, version, write);

    /// <summary>Asks whatever listens on a port, and waits for the answer.</summary>
    /// <returns>The answer with its length and number; null where nobody listens.</returns>
    public static byte[]? Send(string host, int port, KafkaRequest kind, short version, Action<WireWriter> write)
    {
        try
        {
            using var connection = new TcpClient(host, port);
            using var stream = connection.GetStream();
            var request = new WireWriter().Int16((short)kind).Int16(version).Int32(0).Text(Client);
            write(request);
            stream.Write(request.ToFrame());
            var length = new byte[sizeof(int)];
            stream.ReadExactly(length);
            var answer = new byte[sizeof(int) + BinaryPrimitives.ReadInt32BigEndian(length)];
            stream.ReadExactly(answer.AsSpan(sizeof(int)));
            return answer;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return null;
        }
    }
}
