namespace EventBus.Samples.Tests;

public sealed class OutageTests
{
    [Fact]
    public async Task Request_EventCannotBeStored_Is503AndChangesNothing()
    {
        var transport = new SlowTransport();
        await using var shop = await ShopServer.StartAsync(bus => bus.UseTransport(_ => transport));
        var user = await shop.SendAsync(HttpMethod.Post, "/users", ShopServer.Ada);
        var path = $"/users/{user.Id("user")}";

        transport.IsDown = true;
        var failed = await shop.SendAsync(HttpMethod.Put, path, new { age = 37 });
        transport.IsDown = false;

        Assert.Equal((503, "application/problem+json"), (failed.Status, failed.MediaType));
        Assert.Equal(36, (await shop.SendAsync(HttpMethod.Get, path)).Json.GetProperty("age").GetInt32());
        Assert.Equal(200, (await shop.SendAsync(HttpMethod.Put, path, new { age = 37 })).Status);
    }

    [Fact]
    public async Task Health_TransportGivesNoAnswer_Is503()
    {
        var transport = new SlowTransport();
        await using var shop = await ShopServer.StartAsync(bus => bus.UseTransport(_ => transport));

        var answer = await shop.SendAsync(HttpMethod.Get, "/health");

        Assert.Equal((503, "unhealthy"), (answer.Status, answer.Text("status")));
    }
}
