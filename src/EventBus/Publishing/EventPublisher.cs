using EventBus.Catalog;
using EventBus.Hosting;

namespace EventBus.Publishing;

/// <summary>Publishing's way in: looks up the contract, makes the envelope, and hands it to the transport.</summary>
internal sealed class EventPublisher(Bus bus, EventCatalog catalog, TimeProvider time) : IEventPublisher
{
    public ValueTask<Position> PublishAsync<T>(
        T @event, PublishOptions? options = null, CancellationToken cancellationToken = default)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(@event);
        var definition = catalog.Get(@event.GetType());
        var envelope = EnvelopeFactory.Create(definition, @event, options, Present.Of(time));
        return bus.Transport.AppendAsync(definition.Topic, envelope, cancellationToken);
    }

    public ValueTask<Position[]> PublishBatchAsync<T>(
        ReadOnlyMemory<T> events, Func<T, PublishOptions?>? options = null, CancellationToken cancellationToken = default)
        where T : notnull
    {
        var batch = PublishBatch.Create(events.Span, options, catalog, Present.Of(time));
        return batch.SendAsync(bus.Transport, cancellationToken);
    }
}
