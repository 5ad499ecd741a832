using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace FundTransfer;

/// <summary>Where brokers say that they are, and what stands there for a member with a cable.</summary>
internal sealed class BrokerNames
{
    private readonly List<(byte[] Told, byte[] Passed)> _names = [];

    /// <summary>A broker, and the port behind which a member finds it.</summary>
    public void Add(string host, int port, int ownPort)
    {
        // A name has its length before it and its port behind it: in the protocol's older versions of two bytes, in the newer of one, and more by one.
        var own = IPAddress.Loopback.ToString();
        _names.Add(([0, (byte)host.Length, .. Place(host, port)], [0, (byte)own.Length, .. Place(own, ownPort)]));
        _names.Add(([(byte)(host.Length + 1), .. Place(host, port)], [(byte)(own.Length + 1), .. Place(own, ownPort)]));
    }

    /// <summary>Passes on what a broker answers, until it ends.</summary>
    public async Task PassAsync(Stream broker, Stream member)
    {
        var length = new byte[sizeof(int)];
        while (true)
        {
            await broker.ReadExactlyAsync(length);
            var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
            await broker.ReadExactlyAsync(answer);
            foreach (var (told, passed) in _names)
            {
                for (int at; (at = answer.AsSpan().IndexOf(told)) >= 0;)
                {
                    answer = [.. answer.AsSpan(0, at), .. passed, .. answer.AsSpan(at + told.Length)];
                }
            }

            BinaryPrimitives.WriteInt32BigEndian(length, answer.Length);
            await member.WriteAsync((byte[])[.. length, .. answer]);
        }
    }

    private static byte[] Place(string host, int port)
    {
        var place = new byte[host.Length + sizeof(int)];
        Encoding.ASCII.GetBytes(host, place);
        BinaryPrimitives.WriteInt32BigEndian(place.AsSpan(host.Length), port);
        return place;
    }
}
