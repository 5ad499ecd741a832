using System.Globalization;
using EventBus;
using Shop.Http;
using Shop.Messaging;

namespace Shop.Admin;

/// <summary><c>/admin</c>: looks into the topics and has events handled again.</summary>
internal static class AdminEndpoints
{
    private const int DefaultLimit = 100;
    private const int LargestLimit = 1_000;
    private const string StartRule = "earliest, latest, an ISO 8601 time or a position of the topic (topic/partition@offset)";

    public static void MapAdmin(this IEndpointRouteBuilder app)
    {
        app.MapGet("/admin/topics/{topic}/events", ReadAsync);
        app.MapPost("/admin/replay", ReplayAsync);
    }

    private static async Task<IResult> ReadAsync(
        string topic, IEventLog log, CancellationToken cancellationToken, string from = "earliest", string? limit = null)
    {
        if (!Topics.All.Contains(topic))
        {
            return Problems.NotFound("topic", topic);
        }

        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (!IsStart(from, topic, out var start))
        {
            errors["from"] = [$"from must be {StartRule}."];
        }

        var count = DefaultLimit;
        if (limit is not null
            && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > LargestLimit))
        {
            errors["limit"] = [$"limit must be a whole number from 1 to {LargestLimit}."];
        }

        if (errors.Count > 0)
        {
            return Results.ValidationProblem(errors);
        }

        var events = await log.ReadAsync(topic, start, cancellationToken: cancellationToken)
            .Take(count).Select(LoggedEvent.Of).ToArrayAsync(cancellationToken);
        return Results.Ok(new { Topic = topic, Events = events });
    }

    private static async Task<IResult> ReplayAsync(
        JsonBody body, IEventLog log, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var subscription = body.OneOf("subscription", Subscriptions.All);
        var topic = body.OneOf("topic", Topics.All);
        var from = body.Text("from", maxLength: 200);
        if (!IsStart(from, topic, out var start) && from.Length > 0)
        {
            body.Refuse("from", $"must be {StartRule}");
        }

        if (body.Refused() is { } refused)
        {
            return refused;
        }

        loggers.CreateLogger(typeof(AdminEndpoints)).Replaying(subscription, topic, start);
        await log.SeekAsync(subscription, topic, start, cancellationToken);
        return Results.Accepted(value: new { Subscription = subscription, Topic = topic, From = start.ToString() });
    }

    private static bool IsStart(string text, string topic, out SeekTarget start) =>
        SeekTarget.TryParse(text, CultureInfo.InvariantCulture, out start)
        && (start.Position is not { } position || position.Topic == topic);
}
