using EventBus.Catalog;
using EventBus.Consuming;
using EventBus.Diagnostics;
using EventBus.Hosting;
using EventBus.Transports;

namespace EventBus.Publishing;

/// <summary>Publishing's way in: looks up the contract, makes the envelope, and hands it to the transport.</summary>
internal sealed partial class EventPublisher(Bus bus, EventCatalog catalog, TimeProvider time, BusMeter meter) : IEventPublisher
{
    public ValueTask<Position> PublishAsync<T>(
        T @event, PublishOptions? options = null, CancellationToken cancellationToken = default)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(@event);
        var definition = catalog.Get(@event.GetType());
        if (meter.WantsSending)
        {
            return PublishObservedAsync(definition, @event, options, cancellationToken);
        }

        var envelope = EnvelopeFactory.Create(definition, @event, options, Present.Of(time));
        return Destination.AppendAsync(definition.Topic, envelope, cancellationToken);
    }

    public ValueTask<Position[]> PublishBatchAsync<T>(
        ReadOnlyMemory<T> events, Func<T, PublishOptions?>? options = null, CancellationToken cancellationToken = default)
        where T : notnull
    {
        if (meter.WantsSending && !events.IsEmpty)
        {
            return PublishObservedAsync(events, TopicsOf(events.Span), options, cancellationToken);
        }

        var batch = PublishBatch.Create(events.Span, options, catalog, Present.Of(time));
        return batch.SendAsync(Destination, cancellationToken);
    }

    // Inside of a handler whose publishing is stored with the settlement of its event, the attempt's outbox.
    private IEventTransport Destination => CurrentDelivery.Value?.Outbox ?? bus.Transport;
}
