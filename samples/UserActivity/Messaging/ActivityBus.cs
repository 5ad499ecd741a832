using UserActivity.Events;

namespace UserActivity.Messaging;

/// <summary>The service's event, and how it is consumed.</summary>
internal static class ActivityBus
{
    /// <summary>The contract of the service's event, which messages from elsewhere have too.</summary>
    public const string Contract = "user.activity";

    public static EventBusBuilder AddActivity(this EventBusBuilder bus, ServiceSettings settings)
    {
        // With the context's own options, by which a member that is missing is an error.
        bus.UseJson(ServiceJson.Default.Options)
            .Event(Contract, ServiceJson.Default.ActivityEvent, settings.Topic, key: activity => activity.UserId);
        bus.Subscription(settings.GroupId)
            .Handle<ActivityEvent, ProcessActivity>()
            .WithConcurrency(8)
            // By the id in the event itself, which it has whoever published it.
            .WithIdempotency<ActivityEvent>(activity => activity.EventId)
            .Configure(options => options.IdempotencyWindow = TimeSpan.FromDays(1))
            .WithRetry(retry => retry.Attempts = 5)
            .WithDeadLetters();
        return bus;
    }
}
