using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Samples.Tests;

/// <summary>A running shop with real HTTP on a free port, and a watch on what its subscriptions handle.</summary>
internal sealed class ShopServer : IAsyncDisposable
{
    public static readonly object Ada = new { name = "Ada Lovelace", email = "ada@example.com", age = 36 };

    private ShopServer(WebApplication app, Deliveries deliveries)
    {
        App = app;
        Deliveries = deliveries;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public WebApplication App { get; }

    public HttpClient Http { get; }

    public Deliveries Deliveries { get; }

    public IEventLog Log => App.Services.GetRequiredService<IEventLog>();

    public static async Task<ShopServer> StartAsync(Action<EventBusBuilder>? configure = null)
    {
        var deliveries = new Deliveries();
        var app = Shop.ShopApp.Build(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=None"], bus =>
        {
            bus.Use(deliveries);
            configure?.Invoke(bus);
        });
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new ShopServer(app, deliveries);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        return await SendAsync(method, path, content);
    }

    public async Task<Answer> SendRawAsync(HttpMethod method, string path, string body, string mediaType = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, mediaType);
        return await SendAsync(method, path, content);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
    }

    private async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var json = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.Location, json);
    }
}

/// <summary>What the shop answered.</summary>
internal sealed record Answer(int Status, string? MediaType, Uri? Location, JsonElement Json)
{
    public string Event => Json.GetProperty("event").GetProperty("id").GetString()!;

    public Position Position => Position.Parse(Json.GetProperty("event").GetProperty("position").GetString()!);

    public string Id(string resource) => Json.GetProperty(resource).GetProperty("id").GetString()!;

    public string? Text(string name) => Json.GetProperty(name).GetString();

    /// <summary>The names of the fields with mistakes, in order.</summary>
    public string[] ErrorFields => [.. Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal)];
}
