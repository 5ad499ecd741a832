using EventBus;
using Shop.Messaging;
using Shop.Users;

namespace Shop.Notifications;

/// <summary>Welcomes a new user.</summary>
internal sealed class SendWelcome(Notifier notifier) : IEventHandler<ShopEvent<UserRegistered>>
{
    public async ValueTask HandleAsync(ShopEvent<UserRegistered> shopEvent, EventContext context, CancellationToken cancellationToken) =>
        await notifier.SendAsync(shopEvent.UserId, "WELCOME", $"Welcome to the shop, {shopEvent.Data.Name}!", cancellationToken);
}
