using System.Net.Http.Json;
using System.Text.Json;
using Shop.Demo;

namespace EventBus.Samples.Tests;

/// <summary>The shop on Kafka, by its settings alone.</summary>
public sealed class KafkaTests(KafkaServers server) : IClassFixture<KafkaServers>
{
    private static readonly string s_sessionTimeout = KafkaServers.SessionTimeout.ToString("c");

    [Fact]
    public async Task Demo_OnKafka_ShowsEveryHopAgainAndAgain()
    {
        string[] arguments =
        [
            "--transport", "kafka", $"--EventBus:Kafka:BootstrapServers={server.BootstrapServers}", $"--EventBus:Kafka:Prefix={server.NewPrefix()}",
            $"--EventBus:Kafka:SessionTimeout={s_sessionTimeout}", "--deadline", "60",
        ];
        foreach (var run in Enumerable.Range(1, 2))
        {
            using var output = new StringWriter();
            using var error = new StringWriter();

            var exitCode = await DemoCommand.RunAsync(arguments, output, error);

            Assert.True(exitCode == 0, $"Run {run} ended with {exitCode}:\n{output}{error}");
            Assert.Contains("on the kafka transport", output.ToString(), StringComparison.Ordinal);
            Assert.All(output.ToString().Split('\n'), line => Assert.True(line.Length <= 100, $"More than 100 columns: {line}"));
        }
    }

    [Fact]
    public async Task Process_WithTheEnvironmentOfKafka_GoesOnWhereAnotherStopped()
    {
        (string, string)[] environment =
        [
            ("EventBus__Transport", "kafka"), ("EventBus__Kafka__BootstrapServers", server.BootstrapServers), ("EventBus__Kafka__Prefix", server.NewPrefix()),
            ("EventBus__Kafka__SessionTimeout", s_sessionTimeout),
        ];
        await using (var first = ShopProcess.Start(environment))
        {
            using var http = new HttpClient { BaseAddress = await first.UrlAsync() };
            var health = await http.GetFromJsonAsync<JsonElement>(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal("kafka", health.GetProperty("transport").GetString());
            using var created = await http.PostAsJsonAsync(new Uri("/users", UriKind.Relative), ShopServer.Ada, TestContext.Current.CancellationToken);
            Assert.Equal(201, (int)created.StatusCode);
            await first.TerminateAsync();
            Assert.Equal(0, await first.ExitCodeAsync());
            Assert.DoesNotContain(" warn: ", first.Log, StringComparison.Ordinal);
            Assert.DoesNotContain(" fail: ", first.Log, StringComparison.Ordinal);
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
