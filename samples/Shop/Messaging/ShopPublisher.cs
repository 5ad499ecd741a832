using EventBus;

namespace Shop.Messaging;

/// <summary>Publishes what happened as an event of the shop's shape.</summary>
internal sealed class ShopPublisher(IEventPublisher publisher, TimeProvider time)
{
    /// <summary>Publishes, and completes when the event is stored.</summary>
    /// <exception cref="PublishException">The event could not be stored.</exception>
    public async Task<PublishedEvent> PublishAsync<TData>(string userId, TData data, CancellationToken cancellationToken = default)
        where TData : IShopEventData
    {
        var now = time.GetUtcNow();
        var shopEvent = new ShopEvent<TData>(Guid.CreateVersion7(now), TData.Type, now, userId, data);
        var options = new PublishOptions { Id = shopEvent.Id, Time = now, Subject = userId };
        var position = await publisher.PublishAsync(shopEvent, options, cancellationToken);
        return new PublishedEvent(shopEvent.Id, shopEvent.Type, position);
    }
}

/// <summary>Which event was stored, and where.</summary>
internal sealed record PublishedEvent(Guid Id, string Type, Position Position);
