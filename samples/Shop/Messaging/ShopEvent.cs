namespace Shop.Messaging;

/// <summary>The shape that every event of the shop has as JSON: <c>{"id", "type", "timestamp", "userId", "data"}</c>.</summary>
/// <param name="Id">The event's id, the same as the envelope's.</param>
/// <param name="Type">The kind of event, e.g. <c>USER_REGISTERED</c>.</param>
/// <param name="Timestamp">When it happened, in UTC, the same as the envelope's time.</param>
/// <param name="UserId">The user whom it is about: the key, so that one user's events stay in order.</param>
/// <param name="Data">What happened.</param>
internal sealed record ShopEvent<TData>(Guid Id, string Type, DateTimeOffset Timestamp, string UserId, TData Data)
    where TData : IShopEventData;

/// <summary>What stands in an event's <c>data</c>.</summary>
internal interface IShopEventData
{
    /// <summary>The event's <c>type</c>, e.g. <c>USER_REGISTERED</c>.</summary>
    static abstract string Type { get; }
}
