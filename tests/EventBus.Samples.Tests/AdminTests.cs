using System.Text.Json;

namespace EventBus.Samples.Tests;

public sealed class AdminTests
{
    [Fact]
    public async Task Health_Running_IsHealthyWithLag()
    {
        await using var shop = await ShopServer.StartAsync();

        var answer = await shop.SendAsync(HttpMethod.Get, "/health");

        Assert.Equal((200, "healthy", "memory"), (answer.Status, answer.Text("status"), answer.Text("transport")));
        Assert.Equal(
            ["notification-analytics", "order-handler", "user-handler"],
            answer.Json.GetProperty("lag").EnumerateObject().Select(lag => lag.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("earliest")]
    [InlineData("position")]
    [InlineData("time")]
    public async Task Replay_FromAPlace_HandlesAgainInThatSubscriptionAlone(string kind)
    {
        await using var shop = await ShopServer.StartAsync();
        var user = await shop.SendAsync(HttpMethod.Post, "/users", ShopServer.Ada);
        await shop.Deliveries.WaitUntilAsync(() => shop.Deliveries.Count("notification-analytics") == 1, "the first notification");
        var stored = await shop.SendAsync(HttpMethod.Get, "/admin/topics/user-events/events");
        var from = kind switch
        {
            "position" => user.Position.ToString(),
            "time" => stored.Json.GetProperty("events")[0].GetProperty("event").GetProperty("timestamp").GetString(),
            _ => kind,
        };

        var answer = await shop.SendAsync(
            HttpMethod.Post, "/admin/replay", new { subscription = "user-handler", topic = "user-events", from });

        Assert.Equal(202, answer.Status);
        await shop.Deliveries.WaitAsync("user-handler", user.Event, times: 2);
        await shop.Deliveries.WaitUntilAsync(() => shop.Deliveries.Count("notification-analytics") == 2, "the second notification");
        Assert.Equal(0, shop.Deliveries.Count("order-handler"));
    }

    [Fact]
    public async Task Replay_Mistakes_TellsAllOfThem()
    {
        await using var shop = await ShopServer.StartAsync();

        var answer = await shop.SendAsync(
            HttpMethod.Post, "/admin/replay", new { subscription = "nobody", topic = "nothing", from = "yesterday" });

        Assert.Equal(400, answer.Status);
        Assert.Equal(["from", "subscription", "topic"], answer.ErrorFields);
    }

    [Fact]
    public async Task Replay_PositionOfAnotherTopic_IsRefused()
    {
        await using var shop = await ShopServer.StartAsync();

        var answer = await shop.SendAsync(
            HttpMethod.Post, "/admin/replay", new { subscription = "user-handler", topic = "user-events", from = "order-events/0@0" });

        Assert.Equal(["from"], answer.ErrorFields);
    }

    [Fact]
    public async Task Topic_ReadFromAPositionWithALimit_GivesThatRange()
    {
        await using var shop = await ShopServer.StartAsync();
        var user = await shop.SendAsync(HttpMethod.Post, "/users", ShopServer.Ada);
        var second = await shop.SendAsync(HttpMethod.Put, $"/users/{user.Id("user")}", new { age = 37 });
        await shop.SendAsync(HttpMethod.Put, $"/users/{user.Id("user")}", new { age = 38 });

        var answer = await shop.SendAsync(HttpMethod.Get,
            $"/admin/topics/user-events/events?from={Uri.EscapeDataString(second.Position.ToString())}&limit=1");

        var entry = Assert.Single(answer.Json.GetProperty("events").EnumerateArray());
        Assert.Equal(second.Event, entry.GetProperty("event").GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("from=yesterday&limit=0", "from,limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=many", "limit")]
    public async Task Topic_WrongQuery_TellsAllMistakes(string query, string fields)
    {
        await using var shop = await ShopServer.StartAsync();

        var answer = await shop.SendAsync(HttpMethod.Get, $"/admin/topics/user-events/events?{query}");

        Assert.Equal(400, answer.Status);
        Assert.Equal(fields.Split(','), answer.ErrorFields);
    }
}
