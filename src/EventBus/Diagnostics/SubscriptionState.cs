namespace EventBus.Diagnostics;

/// <summary>How a subscription stands to its transport.</summary>
internal enum SubscriptionState
{
    /// <summary>It is not in its group.</summary>
    Stopped,

    /// <summary>It receives.</summary>
    Running,

    /// <summary>Its consumer failed, and it tries to open another.</summary>
    Reconnecting,
}
