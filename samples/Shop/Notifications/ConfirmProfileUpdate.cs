using EventBus;
using Shop.Messaging;
using Shop.Users;

namespace Shop.Notifications;

/// <summary>Tells a user that the profile was changed.</summary>
internal sealed class ConfirmProfileUpdate(Notifier notifier) : IEventHandler<ShopEvent<UserProfileUpdated>>
{
    public async ValueTask HandleAsync(ShopEvent<UserProfileUpdated> shopEvent, EventContext context, CancellationToken cancellationToken) =>
        await notifier.SendAsync(shopEvent.UserId, "PROFILE_UPDATED", "Your profile has been updated.", cancellationToken);
}
