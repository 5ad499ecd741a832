using EventBus.Kafka.Brokers;
using EventBus.Kafka.Tests.Crashes;

namespace EventBus.Kafka.Tests.Transactions;

/// <summary>
/// A chain on brokers that tell the old place of a partition while a transaction ends, as those before 2.5 do: each event comes out of it once all the
/// same. On mock brokers alone, since real ones are of one version.
/// </summary>
[Collection(nameof(ProcessTests))]
public sealed class OldBrokersTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Members_ComeAndGo_EachEventComesOutOnce()
    {
        await using var cluster = new MockCluster(areOld: true);
        await using var run = new ChainRun(cluster, "coming.", output);
        await run.RunAsync(run.ReplaceOneAsync);
    }
}
