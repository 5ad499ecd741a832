using System.Diagnostics.Metrics;

namespace EventBus.Diagnostics;

/// <summary>The bus's instruments. One object a bus.</summary>
internal sealed class BusMeter : IDisposable
{
    // OpenTelemetry's advice for both durations.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    private readonly Meter _meter;

    /// <param name="factory">The application's; null for a meter of the bus's own.</param>
    public BusMeter(IMeterFactory? factory)
    {
        var options = new MeterOptions(EventBusTelemetry.MeterName);
        _meter = factory?.Create(options) ?? new Meter(options);
        Sent = _meter.CreateCounter<long>(
            EventBusTelemetry.SentMessages, "{message}", "Events that were sent, or that could not be.");
        Consumed = _meter.CreateCounter<long>(
            EventBusTelemetry.ConsumedMessages, "{message}", "Events that the transport handed out to a subscription.");
        OperationDuration = _meter.CreateHistogram(
            EventBusTelemetry.OperationDuration, "s", "How long sending took.", tags: null, Seconds);
        ProcessDuration = _meter.CreateHistogram(
            EventBusTelemetry.ProcessDuration, "s", "How long an attempt at handling an event took.", tags: null, Seconds);
        Retries = _meter.CreateCounter<long>(
            EventBusTelemetry.Retries, "{event}", "Failed attempts after which the event is tried again.");
        DeadLetters = _meter.CreateCounter<long>(
            EventBusTelemetry.DeadLetters, "{event}", "Events that became dead letters.");
    }

    public Counter<long> Sent { get; }

    public Counter<long> Consumed { get; }

    public Histogram<double> OperationDuration { get; }

    public Histogram<double> ProcessDuration { get; }

    public Counter<long> Retries { get; }

    public Counter<long> DeadLetters { get; }

    /// <summary>The transport's name.</summary>
    public string System { get; set; } = "eventbus";

    public void Dispose() => _meter.Dispose();
}
