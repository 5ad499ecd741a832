namespace EventBus;

/// <summary>Settings of one subscription, bound from <c>EventBus:Subscriptions:NAME</c>, which wins over code.</summary>
public sealed class SubscriptionOptions
{
    /// <summary>
    /// How many events the subscription handles at once in this process. Events of one key are never handled at once. With 1,
    /// events are handled in the order of their partition; while one waits for its next attempt, other keys go on.
    /// </summary>
    /// <value>From 1 to 100,000. The default is 1.</value>
    public int Concurrency { get; set; } = 1;

    /// <summary>How many events may have been received and not yet settled; reading pauses at that number.</summary>
    /// <value>From 1 to 1,000,000. The default is 1,024.</value>
    public int MaxInFlight { get; set; } = 1_024;
}
