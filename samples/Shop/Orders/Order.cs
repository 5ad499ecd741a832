using Shop.Http;

namespace Shop.Orders;

/// <summary>An order that a user placed.</summary>
internal sealed record Order(
    string Id, string UserId, IReadOnlyList<OrderItem> Items, decimal Total, string Status, DateTimeOffset? CompletedAt = null)
{
    public const string Created = "created";
    public const string Completed = "completed";
}

/// <summary>One line of an order.</summary>
internal sealed record OrderItem(string Name, decimal Price, int Quantity)
{
    public static OrderItem Read(JsonBody item) =>
        new(item.Text("name", maxLength: 200), item.Amount("price"), item.WholeNumber("quantity", min: 1, max: 10_000));
}

/// <summary>What <c>POST /orders</c> asks for. The total is the caller's own: shipping or a discount may be part of it.</summary>
internal sealed record NewOrder(string UserId, IReadOnlyList<OrderItem> Items, decimal Total)
{
    public static NewOrder Read(JsonBody body) =>
        new(body.Text("userId", maxLength: 100), [.. body.List("items", maxCount: 100).Select(OrderItem.Read)], body.Amount("total"));
}
