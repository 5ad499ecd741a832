using Shop.Analytics;
using Shop.Notifications;
using Shop.Orders;
using Shop.Users;

namespace Shop.Messaging;

/// <summary>The shop's events and who handles them. A new handler is a file of its own and one line here.</summary>
internal static class ShopBus
{
    public static EventBusBuilder AddShop(this EventBusBuilder bus)
    {
        bus.Add<UserRegistered>("user.registered", Topics.Users)
            .Add<UserProfileUpdated>("user.profile-updated", Topics.Users)
            .Add<OrderCreated>("order.created", Topics.Orders)
            .Add<OrderCompleted>("order.completed", Topics.Orders)
            .Add<NotificationSent>("notification.sent", Topics.Notifications);

        bus.Subscription(Subscriptions.UserHandler)
            .Handle<ShopEvent<UserRegistered>, SendWelcome>()
            .Handle<ShopEvent<UserProfileUpdated>, ConfirmProfileUpdate>();
        bus.Subscription(Subscriptions.OrderHandler)
            .Handle<ShopEvent<OrderCreated>, ConfirmOrder>()
            .Handle<ShopEvent<OrderCompleted>, AnnounceCompletion>();
        bus.Subscription(Subscriptions.NotificationAnalytics)
            .Handle<ShopEvent<NotificationSent>, LogNotification>();
        return bus;
    }

    private static EventBusBuilder Add<TData>(this EventBusBuilder bus, string name, string topic)
        where TData : IShopEventData =>
        bus.Event<ShopEvent<TData>>(name, topic, key: shopEvent => shopEvent.UserId);
}
