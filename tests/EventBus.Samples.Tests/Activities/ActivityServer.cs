using System.Text;
using System.Text.Json;
using EventBus.Pipeline;
using EventBus.Transports;
using EventBus.Transports.InMemory;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using UserActivity;

namespace EventBus.Samples.Tests.Activities;

/// <summary>A running user-activity service with real HTTP on a free port.</summary>
internal sealed class ActivityServer : IAsyncDisposable
{
    public const string Topic = "user-activity-events";
    public const string Group = "user-activity-consumer-group";
    private const string Contract = "user.activity";

    private ActivityServer(WebApplication app, Deliveries deliveries)
    {
        App = app;
        Deliveries = deliveries;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public WebApplication App { get; }

    public HttpClient Http { get; }

    /// <summary>What has passed the middleware behind idempotency: what was processed, and not what was skipped.</summary>
    public Deliveries Deliveries { get; }

    public IEventLog Log => App.Services.GetRequiredService<IEventLog>();

    /// <summary>A broker for services that share one, or for messages from elsewhere.</summary>
    public static InMemoryBroker NewBroker() => new(new InMemoryOptions { Partitions = 4, RoundTripJson = true });

    public static Task<ActivityServer> StartAsync(InMemoryBroker broker, params string[] settings) =>
        StartAsync(bus => bus.UseInMemory(broker), settings);

    public static async Task<ActivityServer> StartAsync(Action<EventBusBuilder>? configure = null, params string[] settings)
    {
        var deliveries = new Deliveries();
        var app = UserActivityApp.Build(["--PORT=0", "--Logging:LogLevel:Default=None", .. settings], bus =>
        {
            configure?.Invoke(bus);
            bus.Use(deliveries);
        });
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new ActivityServer(app, deliveries);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>A message as whoever else writes to the topic would put it there.</summary>
    public static async Task SendToTopicAsync(InMemoryBroker broker, string message, string? key = null, Guid? id = null)
    {
        await using var transport = broker.CreateTransport();
        var envelope = new Envelope(
            id ?? Guid.CreateVersion7(), DateTimeOffset.UnixEpoch, new EventMetadata { Type = Contract, Source = "/elsewhere" },
            Encoding.UTF8.GetBytes(message), key);
        await transport.AppendAsync(Topic, envelope, TestContext.Current.CancellationToken);
    }

    /// <summary>The message of an event, as it lies in the topic.</summary>
    public static string Message(string eventId, string userId = "user-123") =>
        $$$"""{"eventId": "{{{eventId}}}", "userId": "{{{userId}}}", "eventType": "LOGIN", "timestamp": "2026-01-02T03:04:05Z", "payload": {}}""";

    public Task<ActivityAnswer> GenerateAsync(string userId, string eventType = "LOGIN") =>
        PostAsync($$"""{"userId": "{{userId}}", "eventType": "{{eventType}}"}""");

    public async Task<ActivityAnswer> PostAsync(string body, string mediaType = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, mediaType);
        return await SendAsync(HttpMethod.Post, "/events/generate", content);
    }

    public Task<ActivityAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, content: null);

    public async Task<JsonElement[]> ProcessedAsync() => [.. (await GetAsync("/events/processed")).Json.EnumerateArray()];

    /// <summary>Everything that is stored in the topic.</summary>
    public async Task<IReadOnlyList<LogEntry>> StoredAsync(string topic = Topic)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        return await Log.ReadAsync(topic, SeekTarget.Earliest, cancellationToken: cancellationToken).ToListAsync(cancellationToken);
    }

    /// <summary>Waits until so many events have been processed, and gives them.</summary>
    public async Task<JsonElement[]> WaitForProcessedAsync(int count)
    {
        await Deliveries.WaitUntilAsync(() => Deliveries.Count(Group) >= count, $"{count} events to be processed");
        return await ProcessedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
    }

    public async Task<ActivityAnswer> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return new ActivityAnswer((int)response.StatusCode, text);
    }
}

/// <summary>What the service answered, to the letter.</summary>
internal sealed record ActivityAnswer(int Status, string Text)
{
    public JsonElement Json { get; } = JsonElement.Parse(Text);

    public JsonElement Event => Json.GetProperty("event");

    public string EventId => Event.GetProperty("eventId").GetString()!;
}
