using Shop.Messaging;

namespace Shop.Notifications;

/// <summary>A user was told something.</summary>
/// <param name="Notification">Which notification, e.g. <c>WELCOME</c>.</param>
/// <param name="Message">What the user read.</param>
internal sealed record NotificationSent(string Notification, string Message) : IShopEventData
{
    public static string Type => "NOTIFICATION_SENT";
}
