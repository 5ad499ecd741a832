using EventBus.Conformance.Events;
using EventBus.Idempotency;

namespace EventBus.Conformance.Worlds;

/// <summary>Short words for the subscriptions of tests.</summary>
internal static class Subscribing
{
    private const int MostMilliseconds = 3;

    /// <summary>Handles the numbered events in a group; what was handled stands in the group afterwards.</summary>
    public static SubscriptionBuilder On(this EventBusBuilder bus, Group group) => bus.On(group, (_, _, _) => ValueTask.CompletedTask);

    /// <inheritdoc cref="On(EventBusBuilder, Group)"/>
    public static SubscriptionBuilder On(this EventBusBuilder bus, Group group, Func<Numbered, CancellationToken, ValueTask> handler) =>
        bus.On(group, (@event, _, token) => handler(@event, token));

    /// <inheritdoc cref="On(EventBusBuilder, Group)"/>
    public static SubscriptionBuilder On(
        this EventBusBuilder bus, Group group, Func<Numbered, EventContext, CancellationToken, ValueTask> handler) =>
        bus.Subscription(group.Name).Handle(handler);

    /// <summary>Gives the bus a store of a test's own.</summary>
    public static EventBusBuilder With(this EventBusBuilder bus, IIdempotencyStore store)
    {
        bus.Services.AddSingleton(store);
        return bus;
    }

    /// <summary>Handles all events of some topics or patterns in a group.</summary>
    public static SubscriptionBuilder OnTopics(this EventBusBuilder bus, Group group, params string[] topics) =>
        bus.Subscription(group.Name).TakeTopics(topics);

    /// <inheritdoc cref="OnTopics"/>
    public static SubscriptionBuilder TakeTopics(this SubscriptionBuilder subscription, params string[] topics) =>
        subscription.Topics(topics).Handle<INumbered>((_, _, _) => ValueTask.CompletedTask);

    /// <summary>Work of a length that differs from event to event, so that what may overtake does: at once, after a hop, after a while.</summary>
    public static async ValueTask WorkAsync(CancellationToken cancellationToken)
    {
        var choice = Random.Shared.Next(MostMilliseconds + 2);
        if (choice == 1)
        {
            await Task.Yield();
        }
        else if (choice > 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(choice - 1), TimeProvider.System, cancellationToken);
        }
    }
}
