using System.Net.Http.Json;
using System.Text.Json;
using Shop.Demo;

namespace EventBus.Samples.Tests;

/// <summary>What the shop does on any transport that keeps events beyond the process.</summary>
internal static class TransportRuns
{
    /// <summary>The demo shows every hop, twice on the same server.</summary>
    public static async Task DemoShowsEveryHopAsync(string transport, params string[] settings)
    {
        string[] arguments = ["--transport", transport, .. settings, "--deadline", "60"];
        foreach (var run in Enumerable.Range(1, 2))
        {
            using var output = new StringWriter();
            using var error = new StringWriter();

            var exitCode = await DemoCommand.RunAsync(arguments, output, error);

            Assert.True(exitCode == 0, $"Run {run} ended with {exitCode}:\n{output}{error}");
            Assert.Contains($"on the {transport} transport", output.ToString(), StringComparison.Ordinal);
            Assert.All(output.ToString().Split('\n'), line => Assert.True(line.Length <= 100, $"More than 100 columns: {line}"));
        }
    }

    /// <summary>A process that chooses the transport by its environment alone has what another one has published.</summary>
    /// <returns>What the first process logged.</returns>
    public static async Task<string> GoesOnWhereAnotherStoppedAsync(string transport, params (string Name, string Value)[] settings)
    {
        (string, string)[] environment = [("EventBus__Transport", transport), .. settings];
        string firstLog;
        await using (var first = ShopProcess.Start(environment))
        {
            using var http = new HttpClient { BaseAddress = await first.UrlAsync() };
            var health = await http.GetFromJsonAsync<JsonElement>(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(transport, health.GetProperty("transport").GetString());
            using var created = await http.PostAsJsonAsync(new Uri("/users", UriKind.Relative), ShopServer.Ada, TestContext.Current.CancellationToken);
            Assert.Equal(201, (int)created.StatusCode);
            await first.TerminateAsync();
            Assert.Equal(0, await first.ExitCodeAsync());
            firstLog = first.Log;
        }

        await using var second = ShopProcess.Start(environment);
        using var client = new HttpClient { BaseAddress = await second.UrlAsync() };
        var log = await client.GetFromJsonAsync<JsonElement>(
            new Uri("/admin/topics/user-events/events?from=earliest", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("user.registered", Assert.Single(log.GetProperty("events").EnumerateArray()).GetProperty("contract").GetString());
        await second.TerminateAsync();
        Assert.Equal(0, await second.ExitCodeAsync());
        return firstLog;
    }
}
