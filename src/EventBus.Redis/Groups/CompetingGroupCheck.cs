using EventBus.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Redis.Groups;

/// <summary>Refuses to a competing group what only a group can do that keeps order.</summary>
internal sealed class CompetingGroupCheck(IOptions<RedisOptions> settings) : ISubscriptionCheck
{
    public IEnumerable<string> Problems(string subscription, SubscriptionOptions options)
    {
        if (options.KeepKeyOrder && settings.Value.IsCompeting(subscription))
        {
            yield return $"Subscription '{subscription}' keeps the order of keys behind dead letters, and its group competes: any member takes any event, in any "
                + $"order. Take .WithDeadLetters(keepKeyOrder: false), or take the group out of EventBus:Redis:{nameof(RedisOptions.CompetingGroups)}.";
        }
    }
}
