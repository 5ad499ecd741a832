using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace EventBus.Diagnostics;

/// <summary>The bus's instruments, and the subscriptions that they tell of. One object a bus.</summary>
internal sealed partial class BusMeter : IDisposable
{
    // OpenTelemetry's advice for both durations.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    private readonly ConcurrentDictionary<string, SubscriptionMetrics> _subscriptions = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly Meter _meter;

    /// <param name="factory">The application's; null for a meter of the bus's own.</param>
    /// <param name="time">The clock.</param>
    /// <param name="isWatched">Whether a health check asks.</param>
    public BusMeter(IMeterFactory? factory, TimeProvider time, bool isWatched)
    {
        _time = time;
        Publishing = new PublishingHealth(time) { IsWatched = isWatched };
        Watch = isWatched ? new BusWatch(time) : null;
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
        CreateObserved();
    }

    public Counter<long> Sent { get; }

    public Counter<long> Consumed { get; }

    public Histogram<double> OperationDuration { get; }

    public Histogram<double> ProcessDuration { get; }

    public Counter<long> Retries { get; }

    public Counter<long> DeadLetters { get; }

    public PublishingHealth Publishing { get; }

    /// <summary>What the health check asks; null where there is none.</summary>
    public BusWatch? Watch { get; }

    /// <summary>Whether anybody wants to know of what is sent.</summary>
    public bool WantsSending => Publishing.IsWatched || Sent.Enabled || OperationDuration.Enabled || Spans.AreWanted;

    /// <summary>Tells of a subscription from now on, in place of an earlier one of its name.</summary>
    public void Add(SubscriptionMetrics subscription)
    {
        _subscriptions[subscription.Name] = subscription;
        Watch?.Add(subscription);
    }

    /// <summary>Tells of a subscription no more.</summary>
    public void Remove(string name)
    {
        _subscriptions.TryRemove(name, out _);
        Watch?.Remove(name);
    }

    public void Dispose()
    {
        Watch?.Dispose();
        _meter.Dispose();
    }
}
