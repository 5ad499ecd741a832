namespace EventBus.Samples.Tests;

/// <summary>The shop on Kafka, by its settings alone.</summary>
public sealed class KafkaTests(KafkaServers server) : IClassFixture<KafkaServers>
{
    private static readonly string s_sessionTimeout = KafkaServers.SessionTimeout.ToString("c");

    [Fact]
    public Task Demo_OnKafka_ShowsEveryHopAgainAndAgain() => TransportRuns.DemoShowsEveryHopAsync(
        "kafka", $"--EventBus:Kafka:BootstrapServers={server.BootstrapServers}", $"--EventBus:Kafka:Prefix={server.NewPrefix()}",
        $"--EventBus:Kafka:SessionTimeout={s_sessionTimeout}");

    [Fact]
    public async Task Process_WithTheEnvironmentOfKafka_GoesOnWhereAnotherStopped()
    {
        var log = await TransportRuns.GoesOnWhereAnotherStoppedAsync(
            "kafka", ("EventBus__Kafka__BootstrapServers", server.BootstrapServers), ("EventBus__Kafka__Prefix", server.NewPrefix()),
            ("EventBus__Kafka__SessionTimeout", s_sessionTimeout));
        Assert.DoesNotContain(" warn: ", log, StringComparison.Ordinal);
        Assert.DoesNotContain(" fail: ", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_NoBrokers_SaysSoAndEndsWithOne()
    {
        await using var shop = ShopProcess.Start(
            ("EventBus__Transport", "kafka"), ("EventBus__Kafka__BootstrapServers", "127.0.0.1:1"), ("EventBus__Kafka__StartTimeout", "00:00:01"));

        var reason = await shop.WaitForAsync("The shop cannot start. ");
        Assert.Contains("127.0.0.1:1", reason, StringComparison.Ordinal);

        // Not a line for each time that it tries to connect.
        Assert.InRange(shop.Log.Split('\n').Count(line => line.Contains(" EventBus.Kafka[", StringComparison.Ordinal)), 1, 5);
        Assert.Equal(1, await shop.ExitCodeAsync());
    }
}
