using EventBus.Consuming;
using EventBus.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EventBus.Pipeline;

/// <summary>
/// Tells of each attempt: its span, its duration, and a line in the log when it has handled the event. Adds three questions to the way of an
/// event while nobody listens.
/// </summary>
/// <param name="metrics">The subscription's.</param>
/// <param name="isLinked">Whether an attempt's span begins a trace of its own.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where handled events are told of.</param>
internal sealed class TelemetryMiddleware(SubscriptionMetrics metrics, bool isLinked, TimeProvider time, ILogger log)
    : IConsumeMiddleware
{
    public ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken) =>
        Spans.AreWanted || metrics.WantsProcessing || log.IsEnabled(LogLevel.Debug)
            ? ObserveAsync(context.Delivery, context, next, cancellationToken)
            : next(context, cancellationToken);

    private async ValueTask ObserveAsync(
        Delivery delivery, EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        // A batch has one span for all of its events, around its handler.
        using var span = delivery.Batch is null ? Spans.StartProcess(metrics.System, delivery, isLinked) : null;
        var started = time.GetTimestamp();
        try
        {
            await next(context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // An event that is put back because its handler failed has failed all the same.
            var failure = exception is PutBackException { InnerException: { } cause } ? cause : exception;
            if (IsFailure(failure, cancellationToken))
            {
                Spans.Fail(span, failure);
                metrics.Processed(delivery, time.GetElapsedTime(started), failure);
            }

            throw;
        }

        var duration = time.GetElapsedTime(started);
        metrics.Processed(delivery, duration, failure: null);
        log.DeliveryHandled(delivery, duration);
    }

    /// <summary>Whether it says something about the handler, rather than that the event could not be handled now.</summary>
    public static bool IsFailure(Exception exception, CancellationToken cancellationToken) =>
        exception is not (HeldBackException or PutBackException) && !cancellationToken.IsCancellationRequested;
}
