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
internal sealed class ActivityServer : ActivityClient
{
    public const string Topic = "user-activity-events";
    public const string Group = "user-activity-consumer-group";
    private const string Contract = "user.activity";

    private ActivityServer(WebApplication app, Deliveries deliveries)
        : base(new Uri(app.Urls.First()))
    {
        App = app;
        Deliveries = deliveries;
    }

    public WebApplication App { get; }

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

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await App.DisposeAsync();
    }
}
