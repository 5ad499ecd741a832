using EventBus;
using Shop.Messaging;
using Shop.Orders;

namespace Shop.Notifications;

/// <summary>Tells a user that the order is done.</summary>
internal sealed class AnnounceCompletion(Notifier notifier) : IEventHandler<ShopEvent<OrderCompleted>>
{
    public async ValueTask HandleAsync(ShopEvent<OrderCompleted> shopEvent, EventContext context, CancellationToken cancellationToken) =>
        await notifier.SendAsync(shopEvent.UserId, "ORDER_COMPLETED", $"Your order {shopEvent.Data.OrderId} is complete.", cancellationToken);
}
