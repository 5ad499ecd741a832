using EventBus;
using Shop.Messaging;
using Shop.Notifications;

namespace Shop.Analytics;

/// <summary>Logs every notification, with the event that it stems from.</summary>
internal sealed class LogNotification(ILogger<LogNotification> logger) : IEventHandler<ShopEvent<NotificationSent>>
{
    public ValueTask HandleAsync(ShopEvent<NotificationSent> shopEvent, EventContext context, CancellationToken cancellationToken)
    {
        var cause = context.Envelope.Metadata.CausationId;
        logger.NotificationAnalysed(shopEvent.Data.Notification, shopEvent.Id, shopEvent.UserId, cause);
        return ValueTask.CompletedTask;
    }
}
