using System.Diagnostics;
using EventBus.Catalog;
using EventBus.Consuming;
using EventBus.Transports;

namespace EventBus.Publishing;

/// <summary>Puts an event into its envelope: id, time, key, and where it comes from.</summary>
internal static class EnvelopeFactory
{
    public static Envelope Create(EventDefinition definition, object value, PublishOptions? options, in Present present) => new(
        options?.Id ?? EventIds.New(present.UtcTicks),
        options?.Time?.UtcTicks ?? present.UtcTicks,
        MetadataOf(definition, options),
        value,
        options?.Key ?? definition.KeyOf(value),
        isPresent: options?.Time is null && present.IsSystem);

    // An event with nothing of its own shares its definition's metadata, which costs no object.
    private static EventMetadata MetadataOf(EventDefinition definition, PublishOptions? options)
    {
        var activity = Activity.Current;
        var cause = CurrentDelivery.Value;
        if (activity is null && cause is null && options?.Headers is null && options?.Subject is null)
        {
            return definition.Metadata;
        }

        // Where nothing traces in this process, the trace of the event that is being handled goes on.
        var traced = activity is { IdFormat: ActivityIdFormat.W3C };
        var handled = cause?.Received.Envelope.Metadata;
        return definition.Metadata with
        {
            Subject = options?.Subject,
            TraceParent = traced ? activity!.Id : handled?.TraceParent,
            TraceState = traced ? activity!.TraceStateString : handled?.TraceState,
            CausationId = cause is { Batch: null } ? cause.Received.Envelope.Id : (EventIdentity?)null,
            Headers = options?.Headers is { Count: > 0 } headers ? Copy(headers) : EventMetadata.NoHeaders,
        };
    }

    private static Dictionary<string, string> Copy(IReadOnlyDictionary<string, string> headers)
    {
        var copy = new Dictionary<string, string>(headers, StringComparer.Ordinal);
        foreach (var name in copy.Keys)
        {
            if (InternalHeaders.IsInternal(name))
            {
                throw new ArgumentException(
                    $"The header '{name}' begins with '{InternalHeaders.Prefix}', which is the bus's own. Give it another name.", nameof(headers));
            }
        }

        return copy;
    }
}
