using EventBus.Consuming;
using EventBus.Diagnostics;

namespace EventBus.Pipeline;

/// <summary>Puts a span around a batch handler.</summary>
/// <param name="inner">The handler's invoker.</param>
/// <param name="metrics">The subscription's.</param>
/// <param name="isLinked">Whether the span begins a trace of its own.</param>
internal sealed class TracedBatchHandlerInvoker(BatchHandlerInvoker inner, SubscriptionMetrics metrics, bool isLinked)
    : BatchHandlerInvoker(inner.Limits)
{
    public override string Name => inner.Name;

    public override ValueTask InvokeAsync(Delivery[] deliveries, CancellationToken cancellationToken) => Spans.AreWanted
        ? ObserveAsync(deliveries, cancellationToken)
        : inner.InvokeAsync(deliveries, cancellationToken);

    private async ValueTask ObserveAsync(Delivery[] deliveries, CancellationToken cancellationToken)
    {
        using var span = Spans.StartProcess(metrics.System, deliveries, isLinked);
        try
        {
            await inner.InvokeAsync(deliveries, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (TelemetryMiddleware.IsFailure(exception, cancellationToken))
        {
            Spans.Fail(span, exception);
            throw;
        }
    }
}
