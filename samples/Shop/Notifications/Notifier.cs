using Shop.Messaging;

namespace Shop.Notifications;

/// <summary>Tells users what happened, and tells the others that it did. Stands in for a mail service.</summary>
internal sealed class Notifier(ShopPublisher publisher, ILogger<Notifier> logger)
{
    public async Task SendAsync(string userId, string notification, string message, CancellationToken cancellationToken)
    {
        var published = await publisher.PublishAsync(userId, new NotificationSent(notification, message), cancellationToken);
        logger.NotificationSent(notification, userId, published.Type, published.Id, published.Position);
    }
}
