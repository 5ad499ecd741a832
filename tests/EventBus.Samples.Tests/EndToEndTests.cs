using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Samples.Tests;

public sealed class EndToEndTests
{
    private static readonly string[] Shape = ["id", "type", "timestamp", "userId", "data"];

    [Fact]
    public async Task PostUser_ValidInput_RunsFromRequestToAnalytics()
    {
        await using var shop = await ShopServer.StartAsync();

        var answer = await shop.SendAsync(HttpMethod.Post, "/users", ShopServer.Ada);

        Assert.Equal(201, answer.Status);
        Assert.Equal($"/users/{answer.Id("user")}", answer.Location?.ToString());
        await AssertWholeWayAsync(shop, answer, "user-events", "user.registered", "USER_REGISTERED", "user-handler", "WELCOME");
        var stored = await shop.SendAsync(HttpMethod.Get, answer.Location!.ToString());
        Assert.Equal("Ada Lovelace", stored.Text("name"));
    }

    [Fact]
    public async Task PutUser_PartOfTheProfile_KeepsTheRestAndRunsToAnalytics()
    {
        await using var shop = await ShopServer.StartAsync();
        var user = await shop.SendAsync(HttpMethod.Post, "/users", ShopServer.Ada);

        var answer = await shop.SendAsync(HttpMethod.Put, $"/users/{user.Id("user")}", new { name = "Ada King" });

        Assert.Equal(200, answer.Status);
        var profile = answer.Json.GetProperty("user");
        Assert.Equal(("Ada King", "ada@example.com", 36),
            (profile.GetProperty("name").GetString(), profile.GetProperty("email").GetString(), profile.GetProperty("age").GetInt32()));
        await AssertWholeWayAsync(
            shop, answer, "user-events", "user.profile-updated", "USER_PROFILE_UPDATED", "user-handler", "PROFILE_UPDATED");
    }

    [Fact]
    public async Task PostOrderAndComplete_KnownUser_RunFromRequestToAnalytics()
    {
        await using var shop = await ShopServer.StartAsync();
        var user = await shop.SendAsync(HttpMethod.Post, "/users", ShopServer.Ada);
        var items = new[] { new { name = "Laptop", price = 999.99m, quantity = 1 } };

        var created = await shop.SendAsync(HttpMethod.Post, "/orders", new { userId = user.Id("user"), items, total = 999.99m });
        var completed = await shop.SendAsync(HttpMethod.Put, $"/orders/{created.Id("order")}/complete");

        Assert.Equal((201, 200), (created.Status, completed.Status));
        Assert.Equal("completed", completed.Json.GetProperty("order").GetProperty("status").GetString());
        await AssertWholeWayAsync(
            shop, created, "order-events", "order.created", "ORDER_CREATED", "order-handler", "ORDER_CREATED");
        await AssertWholeWayAsync(
            shop, completed, "order-events", "order.completed", "ORDER_COMPLETED", "order-handler", "ORDER_COMPLETED");
    }

    [Fact]
    public async Task Subscribe_WhileTheShopRuns_AddsAHandlerBesideTheOthers()
    {
        await using var shop = await ShopServer.StartAsync();
        var bus = shop.App.Services.GetRequiredService<IEventBus>();

        await bus.SubscribeAsync(
            "audit", audit => audit.Topics("user-events", "order-events").Handle<object>((_, _, _) => ValueTask.CompletedTask),
            TestContext.Current.CancellationToken);
        var answer = await shop.SendAsync(HttpMethod.Post, "/users", ShopServer.Ada);

        await shop.Deliveries.WaitAsync("audit", answer.Event);
        await shop.Deliveries.WaitAsync("user-handler", answer.Event);
    }

    private static async Task AssertWholeWayAsync(
        ShopServer shop, Answer answer, string topic, string contract, string type, string subscription, string notification)
    {
        Assert.Equal(topic, answer.Position.Topic);
        await shop.Deliveries.WaitAsync(subscription, answer.Event);

        var stored = await FindAsync(shop, topic, entry => entry.GetProperty("event").GetProperty("id").GetString() == answer.Event);
        Assert.Equal(contract, stored.GetProperty("contract").GetString());
        Assert.Equal(answer.Position.ToString(), stored.GetProperty("position").GetString());
        var shopEvent = stored.GetProperty("event");
        Assert.Equal(Shape, shopEvent.EnumerateObject().Select(property => property.Name));
        Assert.Equal(type, shopEvent.GetProperty("type").GetString());
        Assert.Equal(shopEvent.GetProperty("userId").GetString(), stored.GetProperty("key").GetString());

        var sent = await FindAsync(
            shop, "notification-events", entry => entry.GetProperty("causationId").GetString() == answer.Event);
        Assert.Equal(notification, sent.GetProperty("event").GetProperty("data").GetProperty("notification").GetString());
        await shop.Deliveries.WaitAsync("notification-analytics", sent.GetProperty("event").GetProperty("id").GetString()!);
    }

    private static async Task<JsonElement> FindAsync(ShopServer shop, string topic, Func<JsonElement, bool> isIt)
    {
        var log = await shop.SendAsync(HttpMethod.Get, $"/admin/topics/{topic}/events");
        return Assert.Single(log.Json.GetProperty("events").EnumerateArray(), entry => isIt(entry));
    }
}
