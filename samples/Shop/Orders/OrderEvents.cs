using Shop.Messaging;

namespace Shop.Orders;

/// <summary>A user placed an order.</summary>
internal sealed record OrderCreated(string OrderId, IReadOnlyList<OrderItem> Items, decimal Total) : IShopEventData
{
    public static string Type => "ORDER_CREATED";
}

/// <summary>An order is done.</summary>
internal sealed record OrderCompleted(string OrderId, decimal Total, DateTimeOffset CompletedAt) : IShopEventData
{
    public static string Type => "ORDER_COMPLETED";
}
