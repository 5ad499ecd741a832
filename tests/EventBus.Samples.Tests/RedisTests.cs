using System.Net.Http.Json;
using System.Text.Json;
using EventBus.Shared.Servers;
using Shop.Demo;

namespace EventBus.Samples.Tests;

/// <summary>The shop on Redis, by its settings alone.</summary>
public sealed class RedisTests(RedisServer server) : IClassFixture<RedisServer>
{
    [Fact]
    public async Task Demo_OnRedis_ShowsEveryHopAgainAndAgain()
    {
        string[] arguments = ["--transport", "redis", $"--EventBus:Redis:Configuration={server.Address}", "--deadline", "60"];
        foreach (var run in Enumerable.Range(1, 2))
        {
            using var output = new StringWriter();
            using var error = new StringWriter();

            var exitCode = await DemoCommand.RunAsync(arguments, output, error);

            Assert.True(exitCode == 0, $"Run {run} ended with {exitCode}:\n{output}{error}");
            Assert.Contains("on the redis transport", output.ToString(), StringComparison.Ordinal);
            Assert.All(output.ToString().Split('\n'), line => Assert.True(line.Length <= 100, $"More than 100 columns: {line}"));
        }
    }

    [Fact]
    public async Task Process_WithTheEnvironmentOfRedis_GoesOnWhereAnotherStopped()
    {
        (string, string)[] environment =
        [
            ("EventBus__Transport", "redis"), ("EventBus__Redis__Configuration", server.Address), ("EventBus__Redis__KeyPrefix", "process:"),
        ];
        await using (var first = ShopProcess.Start(environment))
        {
            using var http = new HttpClient { BaseAddress = await first.UrlAsync() };
            var health = await http.GetFromJsonAsync<JsonElement>(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal("redis", health.GetProperty("transport").GetString());
            using var created = await http.PostAsJsonAsync(new Uri("/users", UriKind.Relative), ShopServer.Ada, TestContext.Current.CancellationToken);
            Assert.Equal(201, (int)created.StatusCode);
            await first.TerminateAsync();
            Assert.Equal(0, await first.ExitCodeAsync());
        }

        await using var second = ShopProcess.Start(environment);
        using var client = new HttpClient { BaseAddress = await second.UrlAsync() };
        var log = await client.GetFromJsonAsync<JsonElement>(
            new Uri("/admin/topics/user-events/events?from=earliest", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("user.registered", Assert.Single(log.GetProperty("events").EnumerateArray()).GetProperty("contract").GetString());
        await second.TerminateAsync();
        Assert.Equal(0, await second.ExitCodeAsync());
    }

    [Fact]
    public async Task Process_NoServer_SaysSoAndEndsWithOne()
    {
        await using var shop = ShopProcess.Start(
            ("EventBus__Transport", "redis"), ("EventBus__Redis__Configuration", "127.0.0.1:1"), ("EventBus__Redis__StartTimeout", "00:00:01"));

        await shop.WaitForAsync("The shop cannot start. Redis at 127.0.0.1:1 could not be reached");
        Assert.Equal(1, await shop.ExitCodeAsync());
    }
}
