using System.Text.Json;
using EventBus;
using EventBus.DeadLetters;
using Polly.Timeout;
using UserActivity.Http;
using UserActivity.Messaging;

namespace UserActivity.Events;

/// <summary><c>/events</c>.</summary>
internal static class EventEndpoints
{
    private const int ShownLetters = 100;

    public static void MapEvents(this IEndpointRouteBuilder app)
    {
        app.MapPost("/events/generate", GenerateAsync);
        app.MapGet("/events/processed", (ProcessedEvents processed) => Answers.Ok(processed.ToArray(), ServiceJson.Default.ActivityEventArray));
        app.MapGet("/events/set-aside", ReadSetAsideAsync);
    }

    // The event is stored also where the client has gone by then: so the client's token is not handed on.
    private static async Task<IResult> GenerateAsync(HttpRequest request, ActivityPublisher publisher, TimeProvider time)
    {
        if (!request.HasJsonContentType())
        {
            return Answers.Refused(StatusCodes.Status415UnsupportedMediaType, "the body must be sent as application/json");
        }

        if (await ReadAsync(request) is not { } posted)
        {
            return Answers.Refused(StatusCodes.Status400BadRequest, "the body must be a JSON object");
        }

        if (posted.Mistakes() is { Count: > 0 } mistakes)
        {
            return Answers.Refused(StatusCodes.Status400BadRequest, [.. mistakes]);
        }

        var now = time.GetUtcNow();
        var activity = posted.ToEvent(Guid.CreateVersion7(now), now);
        try
        {
            await publisher.PublishAsync(activity);
            return Answers.Created(activity);
        }
        catch (Exception failure) when (failure is PublishException or TimeoutRejectedException)
        {
            return Answers.Failed(StatusCodes.Status500InternalServerError, "Failed to publish event to Kafka");
        }
    }

    private static async Task<PostedEvent?> ReadAsync(HttpRequest request)
    {
        try
        {
            // From the stream: reading from the pipe fails while the server stops, and a request that has begun is still answered.
            return await JsonSerializer.DeserializeAsync(request.Body, ServiceJson.Default.PostedEvent, request.HttpContext.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<IResult> ReadSetAsideAsync(IDeadLetters letters, ServiceSettings settings, CancellationToken cancellationToken)
    {
        var newest = new DeadLetterQuery { NewestFirst = true, Limit = ShownLetters };
        var shown = await letters.ReadAsync(settings.GroupId, newest, cancellationToken).Select(SetAside.Of).ToArrayAsync(cancellationToken);
        return Answers.Ok(shown, ServiceJson.Default.SetAsideArray);
    }
}
