using EventBus.Shared.Servers;

namespace EventBus.Samples.Tests;

/// <summary>The shop on Redis, by its settings alone.</summary>
public sealed class RedisTests(RedisServer server) : IClassFixture<RedisServer>
{
    [Fact]
    public Task Demo_OnRedis_ShowsEveryHopAgainAndAgain() =>
        TransportRuns.DemoShowsEveryHopAsync("redis", $"--EventBus:Redis:Configuration={server.Address}");

    [Fact]
    public Task Process_WithTheEnvironmentOfRedis_GoesOnWhereAnotherStopped() => TransportRuns.GoesOnWhereAnotherStoppedAsync(
        "redis", ("EventBus__Redis__Configuration", server.Address), ("EventBus__Redis__KeyPrefix", "process:"));

    [Fact]
    public async Task Process_NoServer_SaysSoAndEndsWithOne()
    {
        await using var shop = ShopProcess.Start(
            ("EventBus__Transport", "redis"), ("EventBus__Redis__Configuration", "127.0.0.1:1"), ("EventBus__Redis__StartTimeout", "00:00:01"));

        await shop.WaitForAsync("The shop cannot start. Redis at 127.0.0.1:1 could not be reached");
        Assert.Equal(1, await shop.ExitCodeAsync());
    }
}
