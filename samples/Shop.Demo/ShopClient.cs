using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using EventBus;

namespace Shop.Demo;

/// <summary>Sends the requests of the reference system to a running shop.</summary>
internal sealed class ShopClient(HttpClient http, TimeProvider time)
{
    /// <summary>Registers a user, changes the profile, places an order and completes it.</summary>
    public async IAsyncEnumerable<SentRequest> SendAllAsync()
    {
        var user = await SendAsync(HttpMethod.Post, "/users", "/users", new { name = "Ada Lovelace", email = "ada@example.com", age = 36 },
            "user-events", "user.registered", "user-handler");
        yield return user;
        var userId = user.Id("user");

        yield return await SendAsync(HttpMethod.Put, "/users/{userId}", $"/users/{userId}", new { name = "Ada King", email = "ada.king@example.com" },
            "user-events", "user.profile-updated", "user-handler");

        var items = new[] { new { name = "Laptop", price = 999.99m, quantity = 1 }, new { name = "Mouse", price = 29.99m, quantity = 2 } };
        var order = await SendAsync(HttpMethod.Post, "/orders", "/orders", new { userId, items, total = 1059.97m },
            "order-events", "order.created", "order-handler");
        yield return order;

        yield return await SendAsync(HttpMethod.Put, "/orders/{orderId}/complete", $"/orders/{order.Id("order")}/complete", null,
            "order-events", "order.completed", "order-handler");
    }

    /// <summary>What <c>GET /health</c> answers.</summary>
    public async Task<string> HealthAsync()
    {
        using var response = await http.GetAsync(new Uri("/health", UriKind.Relative));
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        return $"{(int)response.StatusCode} {body.GetProperty("status").GetString()}";
    }

    private async Task<SentRequest> SendAsync(
        HttpMethod method, string template, string path, object? body, string topic, string contract, string subscription)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : JsonContent.Create(body);
        var sent = time.GetUtcNow();
        using var response = await http.SendAsync(request);
        var took = time.GetUtcNow() - sent;
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{method} {path} answered {(int)response.StatusCode}: {text}");
        }

        return new SentRequest(sent, JsonSerializer.Deserialize<JsonElement>(text), topic, contract, subscription)
        {
            Endpoint = $"{method} {template}",
            Line = $"{method} {path}",
            Body = body is null ? "" : JsonSerializer.Serialize(body),
            Outcome = string.Create(CultureInfo.InvariantCulture,
                $"{(int)response.StatusCode} {response.ReasonPhrase} in {took.TotalMilliseconds:0.0} ms"),
        };
    }
}

/// <summary>A request that was answered, and the way that its event should go.</summary>
internal sealed record SentRequest(DateTimeOffset Sent, JsonElement Answer, string Topic, string Contract, string Subscription)
{
    /// <summary>Method and path with names in place of ids, e.g. <c>PUT /users/{userId}</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Method and path as they were sent.</summary>
    public required string Line { get; init; }

    /// <summary>The JSON that was sent; empty where there was none.</summary>
    public required string Body { get; init; }

    /// <summary>What was answered, and how fast.</summary>
    public required string Outcome { get; init; }

    public EventIdentity EventId => Answer.GetProperty("event").GetProperty("id").GetString()!;

    public Position Position => Position.Parse(Answer.GetProperty("event").GetProperty("position").GetString()!);

    public string Id(string resource) => Answer.GetProperty(resource).GetProperty("id").GetString()!;
}
