using Confluent.Kafka;
using EventBus.Kafka.Brokers;

namespace EventBus.Kafka.Tests.Servers;

/// <summary>Proxies before brokers that know nothing of them, which the mock ones are here.</summary>
public sealed class RealClusterTests
{
    [Fact]
    public async Task Clients_OfTheProxies_MeetNobodyElse()
    {
        const string Topic = "orders";
        const string Group = "group";
        await using var mock = new MockCluster();
        mock.CreateTopic(Topic, partitions: 4);
        await using var cluster = await RealCluster.CreateAsync(mock.BootstrapServers);
        var ports = cluster.Proxies.Select(static proxy => proxy.Port).Order().ToArray();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.BootstrapServers }).Build();
        var metadata = await Task.Run(() => admin.GetMetadata(Topic, Deadline.Default)).Within();
        Assert.Equal(ports, metadata.Brokers.Select(static broker => broker.Port).Order());

        await using var members = new RunningConsumers(cluster.BootstrapServers, Topic, Group);
        members.Start("one");
        members.Start("two");
        await Eventually.TrueAsync(() => cluster.Groups.IsSteady(Group, members: 2, partitions: 4), static () => "the members to come together");
        await cluster.KillAsync("one");
        await Eventually.TrueAsync(() => cluster.Groups.IsSteady(Group, members: 1, partitions: 4), static () => "the members to come together");
    }
}
