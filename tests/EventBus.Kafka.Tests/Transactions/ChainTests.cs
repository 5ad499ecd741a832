using EventBus.Kafka.Tests.Crashes;

namespace EventBus.Kafka.Tests.Transactions;

/// <summary>A chain whose members are processes that die and are held in the middle: each event comes out of it once.</summary>
[Collection(nameof(ProcessTests))]
public sealed class ChainTests(KafkaServers servers, ITestOutputHelper output)
{
    [Fact]
    public async Task Members_KilledAgainAndAgain_EachEventComesOutOnce()
    {
        await using var run = new ChainRun(servers.Cluster, servers.NewPrefix(), output);
        await run.RunAsync(run.KillOneAsync);
        Assert.True(run.Disturbances >= 3, "Too little was disturbed to show anything.");
    }

    [Fact]
    public async Task Members_HeldForLongerThanTheirSession_AddNothing()
    {
        await using var run = new ChainRun(servers.Cluster, servers.NewPrefix(), output);
        await run.RunAsync(run.HoldOneAsync);
        Assert.True(run.Disturbances >= 2, "Too little was disturbed to show anything.");
    }
}
