using EventBus.Redis.Tests.Servers;
using StackExchange.Redis;

[assembly: AssemblyFixture(typeof(TestCluster))]

namespace EventBus.Redis.Tests.Servers;

/// <summary>
/// A cluster of one node: it has all slots, and refuses commands and scripts over keys of several of them as a larger one does.
/// </summary>
public sealed class TestCluster() : TestRedis(
    given: null, "--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1", "--cluster-port", "0", "--cluster-config-file", "nodes.conf")
{
    private const int Slots = 16_384;

    protected override async Task PrepareAsync(string address)
    {
        await using var admin = await ConnectionMultiplexer.ConnectAsync(address);
        var database = admin.GetServers()[0];
        await database.ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", 0, Slots - 1);
        var start = TimeProvider.System.GetTimestamp();
        while (!((string)(await database.ExecuteAsync("CLUSTER", "INFO"))!).Contains("cluster_state:ok", StringComparison.Ordinal))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Deadline.Default, "The cluster has not come to a state of its own.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
