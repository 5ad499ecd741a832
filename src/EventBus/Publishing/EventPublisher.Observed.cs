using EventBus.Catalog;
using EventBus.Diagnostics;

namespace EventBus.Publishing;

/// <summary>Publishing while somebody listens: with a span, measured, and with its failures noted for the health check.</summary>
internal sealed partial class EventPublisher
{
    private async ValueTask<Position> PublishObservedAsync(
        EventDefinition definition, object value, PublishOptions? options, CancellationToken cancellationToken)
    {
        var transport = Destination;
        using var send = new ObservedSend(meter, time, transport.Name, [definition.Topic], isBatch: false);
        try
        {
            // Made inside of the span, whose context goes into the envelope.
            var envelope = EnvelopeFactory.Create(definition, value, options, Present.Of(time));
            send.Is(envelope.Id, envelope.Type);
            var position = await transport.AppendAsync(definition.Topic, envelope, cancellationToken).ConfigureAwait(false);
            send.StoredAt(position.Partition);
            return position;
        }
        catch (Exception exception)
        {
            send.Failed(exception);
            throw;
        }
    }

    private async ValueTask<Position[]> PublishObservedAsync<T>(
        ReadOnlyMemory<T> events, string[] topics, Func<T, PublishOptions?>? options, CancellationToken cancellationToken)
        where T : notnull
    {
        var transport = Destination;
        using var send = new ObservedSend(meter, time, transport.Name, topics, isBatch: true);
        try
        {
            var batch = PublishBatch.Create(events.Span, options, catalog, Present.Of(time));
            return await batch.SendAsync(transport, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            send.Failed(exception);
            throw;
        }
    }

    private string[] TopicsOf<T>(ReadOnlySpan<T> events)
        where T : notnull
    {
        var topics = new string[events.Length];
        for (var i = 0; i < topics.Length; i++)
        {
            var value = events[i] ?? throw PublishBatch.IsNull(i, nameof(events));
            topics[i] = catalog.Get(value.GetType()).Topic;
        }

        return topics;
    }
}
