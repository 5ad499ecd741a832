using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;

namespace FundTransfer;

/// <summary>
/// The way of a member's connections to the brokers: a port of this process for each broker. Once it is cut, the connections are gone, and there are no new
/// ones. It is for brokers without TLS, for clients go where brokers tell them, and the cable has to tell them otherwise.
/// </summary>
internal sealed class KafkaCable
{
    private readonly Lock _lock = new();
    private readonly List<IDisposable> _ends = [];
    private readonly BrokerNames _names = new();
    private bool _isCut;

    public KafkaCable(IEnumerable<BrokerMetadata> brokers)
    {
        List<string> servers = [];
        foreach (var broker in brokers)
        {
            var listener = new TcpListener(IPAddress.Loopback, port: 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            _ends.Add(listener);
            _names.Add(broker.Host, broker.Port, port);
            servers.Add($"127.0.0.1:{port}");
            _ = UntilCutAsync(() => AcceptAsync(listener, broker));
        }

        Servers = string.Join(',', servers);
    }

    /// <summary>Where the brokers are, seen from the member.</summary>
    public string Servers { get; }

    public void Cut()
    {
        lock (_lock)
        {
            _isCut = true;
            _ends.ForEach(static end => end.Dispose());
        }
    }

    private async Task AcceptAsync(TcpListener listener, BrokerMetadata broker)
    {
        while (true)
        {
            var member = await listener.AcceptTcpClientAsync();
            _ = UntilCutAsync(() => ConnectAsync(member, broker));
        }
    }

    private async Task ConnectAsync(TcpClient member, BrokerMetadata broker)
    {
        using var near = Keep(member);
        using var far = Keep(new TcpClient());
        await far.ConnectAsync(broker.Host, broker.Port);
        near.NoDelay = far.NoDelay = true;

        // Where one side ends, so does the other.
        await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), _names.PassAsync(far.GetStream(), near.GetStream()));
    }

    private TcpClient Keep(TcpClient end)
    {
        lock (_lock)
        {
            _ends.Add(end);
            if (_isCut)
            {
                end.Dispose();
            }

            return end;
        }
    }

    private static async Task UntilCutAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // It is cut, or one side has closed the connection.
        }
    }
}
