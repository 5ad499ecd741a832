using System.Diagnostics;
using EventBus.Consuming;
using EventBus.Transports;

namespace EventBus.Diagnostics;

/// <summary>Starts the bus's spans. Each method returns null where nobody wants the span.</summary>
internal static class Spans
{
    private static readonly ActivitySource Source = new(EventBusTelemetry.ActivitySourceName);

    /// <summary>Whether anybody listens to spans at all.</summary>
    public static bool AreWanted => Source.HasListeners();

    /// <summary>Sending, as a part of whatever the caller is doing.</summary>
    /// <param name="system">The transport's name.</param>
    /// <param name="topic">The topic; null for several.</param>
    public static Activity? StartSend(string system, string? topic)
    {
        // Where the handler that sends has no span, because a sampler did not want it, the trace of its event goes on all the same.
        var handled = Activity.Current is null ? CurrentDelivery.Value?.Received.Envelope.Metadata : null;
        _ = ActivityContext.TryParse(handled?.TraceParent, handled?.TraceState, isRemote: true, out var parent);
        return Source.StartActivity(
            Name(Operations.Send, topic), ActivityKind.Producer, parent, Tags(system, Operations.Send, topic, group: null));
    }

    /// <summary>One receipt, from the time at which it was asked for, linked to the events that it handed out.</summary>
    public static Activity? StartReceive(string system, string group, ReadOnlySpan<ReceivedEvent> received, DateTimeOffset since)
    {
        var links = new List<ActivityLink>(received.Length);
        foreach (ref readonly var each in received)
        {
            AddLink(links, each.Envelope.Metadata);
        }

        var topic = CommonTopic(received);
        return StartRoot(Operations.Receive, topic, Tags(system, Operations.Receive, topic, group), links, since)
            ?.SetTag(EventBusTelemetry.BatchCountTag, received.Length);
    }

    /// <summary>An attempt at one event.</summary>
    /// <param name="system">The transport's name.</param>
    /// <param name="delivery">The event.</param>
    /// <param name="isLinked">Whether the span begins a trace of its own, linked to the producer's, and is not a part of that.</param>
    public static Activity? StartProcess(string system, Delivery delivery, bool isLinked)
    {
        ref var received = ref delivery.Received;
        var metadata = received.Envelope.Metadata;
        var tags = Tags(system, Operations.Process, received.Assignment.Topic, delivery.Subscription);
        var activity = StartOf(received.Assignment.Topic, tags, [metadata], isLinked);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag(EventBusTelemetry.MessageIdTag, received.Envelope.Id.ToString(null, null))
                .SetTag(EventBusTelemetry.PartitionTag, Text(received.Assignment.Partition))
                .SetTag(EventBusTelemetry.EventTypeTag, metadata.Type)
                .SetTag(EventBusTelemetry.AttemptTag, delivery.Attempt);
        }

        return activity;
    }

    /// <summary>The handling of a batch.</summary>
    /// <inheritdoc cref="StartProcess(string, Delivery, bool)"/>
    public static Activity? StartProcess(string system, Delivery[] deliveries, bool isLinked)
    {
        var first = deliveries[0];
        var topic = first.Received.Assignment.Topic;
        var common = Array.TrueForAll(deliveries, each => string.Equals(each.Received.Assignment.Topic, topic, StringComparison.Ordinal))
            ? topic
            : null;
        return StartOf(
            common, Tags(system, Operations.Process, common, first.Subscription),
            [.. deliveries.Select(static each => each.Received.Envelope.Metadata)], isLinked)
            ?.SetTag(EventBusTelemetry.BatchCountTag, deliveries.Length);
    }

    /// <summary>Marks a span as failed.</summary>
    public static void Fail(Activity? span, Exception failure) => span
        ?.SetStatus(ActivityStatusCode.Error, failure.Message)
        .SetTag(EventBusTelemetry.ErrorTypeTag, failure.GetType().FullName);

    public static string Text(int partition) => partition.ToString(System.Globalization.CultureInfo.InvariantCulture);

    // A part of the producer's trace where there is one trace only; several are linked, for a span has one parent.
    private static Activity? StartOf(
        string? topic, KeyValuePair<string, object?>[] tags, EventMetadata[] events, bool isLinked)
    {
        var links = new List<ActivityLink>(events.Length);
        foreach (var metadata in events)
        {
            AddLink(links, metadata);
        }

        if (isLinked || links.Count == 0 || links.Exists(link => link.Context != links[0].Context))
        {
            return StartRoot(Operations.Process, topic, tags, links);
        }

        return Source.StartActivity(Name(Operations.Process, topic), ActivityKind.Consumer, links[0].Context, tags);
    }

    // What is current is whatever the subscription was started from, which the event has nothing to do with. The caller is asynchronous, so that
    // the change ends with it.
    private static Activity? StartRoot(
        string operation, string? topic, KeyValuePair<string, object?>[] tags, List<ActivityLink> links, DateTimeOffset since = default)
    {
        Activity.Current = null;
        return Source.StartActivity(Name(operation, topic), ActivityKind.Consumer, parentContext: default, tags, links, since);
    }

    private static void AddLink(List<ActivityLink> links, EventMetadata metadata)
    {
        if (ActivityContext.TryParse(metadata.TraceParent, metadata.TraceState, isRemote: true, out var context))
        {
            links.Add(new ActivityLink(context));
        }
    }

    private static string? CommonTopic(ReadOnlySpan<ReceivedEvent> received)
    {
        var topic = received[0].Assignment.Topic;
        foreach (ref readonly var each in received)
        {
            if (!string.Equals(each.Assignment.Topic, topic, StringComparison.Ordinal))
            {
                return null;
            }
        }

        return topic;
    }

    private static string Name(string operation, string? topic) => topic is null ? operation : $"{operation} {topic}";

    // Given at the start, where a sampler sees them.
    private static KeyValuePair<string, object?>[] Tags(string system, string operation, string? topic, string? group)
    {
        List<KeyValuePair<string, object?>> tags =
        [
            new(EventBusTelemetry.SystemTag, system),
            new(EventBusTelemetry.OperationNameTag, operation),
            new(EventBusTelemetry.OperationTypeTag, operation),
        ];
        if (topic is not null)
        {
            tags.Add(new(EventBusTelemetry.DestinationTag, topic));
        }

        if (group is not null)
        {
            tags.Add(new(EventBusTelemetry.GroupTag, group));
        }

        return [.. tags];
    }
}
