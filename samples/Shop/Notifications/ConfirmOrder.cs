using EventBus;
using Shop.Messaging;
using Shop.Orders;

namespace Shop.Notifications;

/// <summary>Tells a user that the order has arrived.</summary>
internal sealed class ConfirmOrder(Notifier notifier) : IEventHandler<ShopEvent<OrderCreated>>
{
    public async ValueTask HandleAsync(ShopEvent<OrderCreated> shopEvent, EventContext context, CancellationToken cancellationToken) =>
        await notifier.SendAsync(shopEvent.UserId, "ORDER_CREATED", $"We have your order {shopEvent.Data.OrderId}.", cancellationToken);
}
