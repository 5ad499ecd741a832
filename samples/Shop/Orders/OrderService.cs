using System.Collections.Concurrent;
using Shop.Messaging;

namespace Shop.Orders;

/// <summary>The orders, kept in memory. Every change is published before it shows: what nobody hears of has not happened.</summary>
internal sealed class OrderService(ShopPublisher publisher, TimeProvider time, ILogger<OrderService> logger)
{
    private readonly ConcurrentDictionary<string, Order> _orders = new(StringComparer.Ordinal);
    private readonly KeyedGate _gate = new();

    public Order? Find(string id) => _orders.GetValueOrDefault(id);

    public async Task<OrderChange> CreateAsync(NewOrder asked)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString();
        var order = new Order(id, asked.UserId, asked.Items, asked.Total, Order.Created);
        var published = await publisher.PublishAsync(order.UserId, new OrderCreated(id, order.Items, order.Total));
        _orders[id] = order;
        logger.OrderCreated(order.UserId, id, order.Total, published.Type, published.Id, published.Position);
        return new OrderChange(order, published);
    }

    /// <summary>Completes an order once: null when there is no such order, no event when it was complete before.</summary>
    public async Task<OrderChange?> CompleteAsync(string id)
    {
        using var turn = await _gate.EnterAsync(id);
        if (Find(id) is not { } current)
        {
            return null;
        }

        if (current.Status == Order.Completed)
        {
            return new OrderChange(current, null);
        }

        var now = time.GetUtcNow();
        var published = await publisher.PublishAsync(current.UserId, new OrderCompleted(id, current.Total, now));
        var order = _orders[id] = current with { Status = Order.Completed, CompletedAt = now };
        logger.OrderCompleted(id, published.Type, published.Id, published.Position);
        return new OrderChange(order, published);
    }
}

/// <summary>An order as a change has left it, and the event that tells of the change; no event where nothing changed.</summary>
internal sealed record OrderChange(Order Order, PublishedEvent? Event);
