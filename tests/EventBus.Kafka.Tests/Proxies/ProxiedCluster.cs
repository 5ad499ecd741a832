using System.Collections.Concurrent;
using System.Net.Sockets;

namespace EventBus.Kafka.Tests.Proxies;

/// <summary>Brokers, each behind a proxy.</summary>
internal abstract class ProxiedCluster : IAsyncDisposable
{
    private const int ErrorOffset = 12;
    private readonly ConcurrentDictionary<KafkaRequest, Func<ProxiedRequest, Handling>> _handlers = [];
    private readonly List<BrokerProxy> _proxies = [];

    protected ProxiedCluster() => Handle(Groups.Handlers);

    /// <summary>What stands before each broker, in their order.</summary>
    public IReadOnlyList<BrokerProxy> Proxies => _proxies;

    public GroupWatch Groups { get; } = new();

    public string BootstrapServers => string.Join(',', _proxies.Select(static proxy => $"127.0.0.1:{proxy.Port}"));

    /// <summary>Cuts a client off for good, and has the brokers take it for dead at once.</summary>
    /// <param name="client">Its <c>client.id</c>.</param>
    public async Task KillAsync(string client)
    {
        _proxies.ForEach(proxy => proxy.Ban(client));
        foreach (var (group, member) in Groups.MembershipsOf(client))
        {
            await Task.WhenAll(_proxies.Select(proxy => RemoveAsync(proxy, group, member)));
            Groups.Forget(group, member);
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }
    }

    protected void Handle(KafkaRequest request, Func<ProxiedRequest, Handling> handler) => _handlers[request] = handler;

    protected void Handle(IEnumerable<KeyValuePair<KafkaRequest, Func<ProxiedRequest, Handling>>> handlers)
    {
        foreach (var (request, handler) in handlers)
        {
            Handle(request, handler);
        }
    }

    protected BrokerProxy Add(string host, int port)
    {
        var proxy = new BrokerProxy(host, port, _handlers);
        _proxies.Add(proxy);
        return proxy;
    }

    // By the word with which members leave. The group's coordinator alone takes it.
    private static async Task RemoveAsync(BrokerProxy broker, string group, string member)
    {
        using var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(broker.Host, broker.TargetPort, TestContext.Current.CancellationToken);
        }
        catch (SocketException)
        {
            // It is down, and takes no word.
            return;
        }

        await using var stream = connection.GetStream();
        var leave = new WireWriter().Int16((short)KafkaRequest.LeaveGroup).Int16(1).Int32(0).Text("tests").Text(group).Text(member);
        await stream.WriteAsync(leave.ToFrame(), TestContext.Current.CancellationToken);
        await stream.ReadExactlyAsync(new byte[ErrorOffset + sizeof(short)], TestContext.Current.CancellationToken);
    }
}
