using System.Runtime.CompilerServices;
using EventBus;

namespace Shop.Demo;

/// <summary>
/// Follows one request's event: the answer names it, the topic's log holds it, the pipeline shows who handles it, and the
/// causation id proves which notification stems from it.
/// </summary>
internal sealed class HopTracer(IEventLog log, DeliveryObserver observer)
{
    private const string NotificationTopic = "notification-events";
    private const string NotificationContract = "notification.sent";
    private const string Analytics = "notification-analytics";

    // A broker's clock may differ from this machine's; the causation id finds the right event among too many.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Collects the hops up to the first one that is not there by the deadline.</summary>
    public async Task<Trace> TraceAsync(SentRequest request, CancellationToken deadline)
    {
        var hops = new List<Hop>();
        await foreach (var hop in HopsAsync(request, deadline))
        {
            hops.Add(hop);
            if (hop.Missing is not null)
            {
                break;
            }
        }

        return new Trace(request, hops);
    }

    private async IAsyncEnumerable<Hop> HopsAsync(
        SentRequest request, [EnumeratorCancellation] CancellationToken deadline)
    {
        var id = request.EventId;
        yield return new Hop("request", request.Outcome, request.Sent);
        yield return await StoredAsync("event", request.Contract, request.Topic, SeekTarget.At(request.Position),
            entry => entry.Envelope.Id == id, deadline);
        yield return await HandledAsync("handler", request.Subscription, id, deadline);
        var notification = await StoredAsync("notification", NotificationContract, NotificationTopic,
            SeekTarget.At(request.Sent - ClockSkew), entry => entry.Envelope.Metadata.CausationId == id, deadline);
        yield return notification;
        yield return await HandledAsync("analytics", Analytics, notification.Event!.Value, deadline);
    }

    private async Task<Hop> StoredAsync(
        string stage, string contract, string topic, SeekTarget from, Func<LogEntry, bool> isIt, CancellationToken deadline)
    {
        try
        {
            var (position, envelope) = await log.ReadAsync(topic, from, follow: true, deadline).FirstAsync(isIt, deadline);
            return new Hop(stage, contract, envelope.Time)
            {
                Event = envelope.Id,
                Position = position,
                Cause = envelope.Metadata.CausationId,
            };
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return new Hop(stage, contract, null) { Missing = $"is not in the topic {topic}" };
        }
    }

    private async Task<Hop> HandledAsync(string stage, string subscription, EventIdentity id, CancellationToken deadline)
    {
        try
        {
            var handled = await observer.HandledAsync(subscription, id, deadline);
            return new Hop(stage, subscription, handled.Entered) { Event = id, Position = handled.Position };
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            var why = observer.LastFailure(subscription, id) is { } failure ? $"failed in its handler: {failure.Message}" : "was never delivered";
            return new Hop(stage, subscription, null) { Event = id, Missing = why };
        }
    }
}
