namespace EventBus.DependencyInjection;

/// <summary>A transport's word on subscriptions: what it cannot do for one is told when that is added, together with all other mistakes.</summary>
internal interface ISubscriptionCheck
{
    /// <summary>Every mistake, in words; none when all is well.</summary>
    /// <param name="subscription">The subscription's name.</param>
    /// <param name="options">What is asked for it.</param>
    IEnumerable<string> Problems(string subscription, SubscriptionOptions options);
}
