namespace Shop.Messaging;

/// <summary>The shop's topics.</summary>
internal static class Topics
{
    public const string Users = "user-events";
    public const string Orders = "order-events";
    public const string Notifications = "notification-events";

    public static IReadOnlyList<string> All { get; } = [Users, Orders, Notifications];
}

/// <summary>The shop's subscriptions: its consumer groups.</summary>
internal static class Subscriptions
{
    public const string UserHandler = "user-handler";
    public const string OrderHandler = "order-handler";
    public const string NotificationAnalytics = "notification-analytics";

    public static IReadOnlyList<string> All { get; } = [UserHandler, OrderHandler, NotificationAnalytics];
}
