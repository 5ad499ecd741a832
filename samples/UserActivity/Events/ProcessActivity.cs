using EventBus;

namespace UserActivity.Events;

/// <summary>The consumer: keeps each event that arrives. What is no event of a user's is refused for good, and so is set aside.</summary>
internal sealed class ProcessActivity(ProcessedEvents processed, ILogger<ProcessActivity> logger) : IEventHandler<ActivityEvent>
{
    public ValueTask HandleAsync(ActivityEvent activity, EventContext context, CancellationToken cancellationToken)
    {
        string[] mistakes = [.. ActivityRules.Mistakes(activity.UserId, activity.EventType)];
        if (mistakes.Length > 0)
        {
            throw new DoNotRetryException($"The message is malformed: {string.Join("; ", mistakes)}");
        }

        processed.Add(activity);
        logger.Processed(activity.UserId, activity.EventType, activity.EventId, context.Position);
        return ValueTask.CompletedTask;
    }
}
