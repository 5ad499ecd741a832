using Shop.Http;
using Shop.Users;

namespace Shop.Orders;

/// <summary><c>/orders</c>.</summary>
internal static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        app.MapPost("/orders", CreateAsync);
        app.MapPut("/orders/{orderId}/complete", CompleteAsync);
        app.MapGet("/orders/{orderId}", (string orderId, OrderService orders) =>
            orders.Find(orderId) is { } order ? Results.Ok(order) : Problems.NotFound("order", orderId));
    }

    private static async Task<IResult> CreateAsync(JsonBody body, OrderService orders, UserService users)
    {
        var asked = NewOrder.Read(body);
        if (body.Refused() is { } refused)
        {
            return refused;
        }

        if (users.Find(asked.UserId) is null)
        {
            return Problems.NotFound("user", asked.UserId);
        }

        var change = await orders.CreateAsync(asked);
        return Results.Created($"/orders/{change.Order.Id}", change);
    }

    private static async Task<IResult> CompleteAsync(string orderId, OrderService orders) =>
        await orders.CompleteAsync(orderId) switch
        {
            null => Problems.NotFound("order", orderId),
            { Event: null } => Problems.Conflict($"The order '{orderId}' is complete already."),
            var change => Results.Ok(change),
        };
}
