using System.Collections.Concurrent;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>Brokers, each behind a proxy.</summary>
internal abstract class ProxiedCluster : IAsyncDisposable
{
    private readonly ConcurrentDictionary<KafkaRequest, Func<ProxiedRequest, Handling>> _handlers = [];
    private readonly List<BrokerProxy> _proxies = [];

    protected ProxiedCluster() => Handle(Groups.Handlers);

    /// <summary>What stands before each broker, in their order.</summary>
    public IReadOnlyList<BrokerProxy> Proxies => _proxies;

    public GroupWatch Groups { get; } = new();

    public string BootstrapServers => string.Join(',', _proxies.Select(static proxy => $"127.0.0.1:{proxy.Port}"));

    /// <inheritdoc cref="BrokerProxy.Hold"/>
    public void Hold(string client, KafkaRequest request) => _proxies.ForEach(proxy => proxy.Hold(client, request));

    /// <inheritdoc cref="BrokerProxy.Release"/>
    public void Release(string client, KafkaRequest request) => _proxies.ForEach(proxy => proxy.Release(client, request));

    /// <summary>Cuts a client off for good, and has the brokers take it for dead at once.</summary>
    /// <param name="client">Its <c>client.id</c>.</param>
    public async Task KillAsync(string client)
    {
        _proxies.ForEach(proxy => proxy.Ban(client));
        foreach (var (group, member) in Groups.MembershipsOf(client))
        {
            await Task.WhenAll(_proxies.Select(proxy => Task.Run(() => Remove(proxy, group, member))));
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
    private static void Remove(BrokerProxy broker, string group, string member) =>
        RawRequest.Send(broker, KafkaRequest.LeaveGroup, 1, writer => writer.Text(group).Text(member));
}
