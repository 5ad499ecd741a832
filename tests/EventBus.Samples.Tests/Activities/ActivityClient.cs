using System.Text;
using System.Text.Json;

namespace EventBus.Samples.Tests.Activities;

/// <summary>A running user-activity service, by its HTTP endpoints.</summary>
internal abstract class ActivityClient(Uri address) : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public HttpClient Http { get; } = new() { BaseAddress = address };

    public Task<ActivityAnswer> GenerateAsync(string userId, string eventType = "LOGIN") =>
        PostAsync($$"""{"userId": "{{userId}}", "eventType": "{{eventType}}"}""");

    public async Task<ActivityAnswer> PostAsync(string body, string mediaType = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, mediaType);
        return await SendAsync(HttpMethod.Post, "/events/generate", content);
    }

    public Task<ActivityAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, content: null);

    public async Task<JsonElement[]> ProcessedAsync() => [.. (await GetAsync("/events/processed")).Json.EnumerateArray()];

    /// <summary>Waits until the service has processed what it has to, and gives that.</summary>
    public async Task<JsonElement[]> WaitForProcessedAsync(Func<JsonElement[], bool> isDone)
    {
        var start = TimeProvider.System.GetTimestamp();
        var processed = await ProcessedAsync();
        while (!isDone(processed))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Deadline, $"The service has processed only {processed.Length} events.");
            await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
            processed = await ProcessedAsync();
        }

        return processed;
    }

    /// <summary>Waits until the service says of its health what it has to, and tells how long that took.</summary>
    public async Task<TimeSpan> WaitForHealthAsync(int status, string text)
    {
        var start = TimeProvider.System.GetTimestamp();
        var answer = await GetAsync("/health");
        while ((answer.Status, answer.Text) != (status, text) && TimeProvider.System.GetElapsedTime(start) < Deadline)
        {
            await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
            answer = await GetAsync("/health");
        }

        Assert.Equal((status, text), (answer.Status, answer.Text));
        return TimeProvider.System.GetElapsedTime(start);
    }

    public async Task<ActivityAnswer> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return new ActivityAnswer((int)response.StatusCode, text);
    }

    public virtual ValueTask DisposeAsync()
    {
        Http.Dispose();
        return default;
    }
}

/// <summary>What the service answered, to the letter.</summary>
internal sealed record ActivityAnswer(int Status, string Text)
{
    public JsonElement Json { get; } = JsonElement.Parse(Text);

    public JsonElement Event => Json.GetProperty("event");

    public string EventId => Event.GetProperty("eventId").GetString()!;
}
