using System.Diagnostics.Metrics;
using EventBus.Transports;

namespace EventBus.Diagnostics;

/// <summary>The instruments that are asked: what they tell is taken at that moment, of every subscription that runs.</summary>
internal sealed partial class BusMeter
{
    // An attribute with many values is a burden to whoever stores it: keys beyond these are counted, and not named.
    private const int MostKeys = 100;

    private static readonly TimeSpan LagAge = TimeSpan.FromSeconds(1);

    // To know it the dead letters are read through.
    private static readonly TimeSpan DeadLetterAge = TimeSpan.FromSeconds(10);

    // Whoever asks is kept waiting for the transport no longer than that, and told what it said before.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private IEnumerable<SubscriptionMetrics> Running =>
        _subscriptions.Values.Where(static each => each.Status.State != SubscriptionState.Stopped);

    private void CreateObserved()
    {
        _meter.CreateObservableUpDownCounter(
            EventBusTelemetry.InFlight, () => Each(each => each.Status.Dispatcher?.InFlight ?? 0), "{event}",
            "Events that were received and are not settled.");
        _meter.CreateObservableUpDownCounter(
            EventBusTelemetry.QueueDepth, () => Each(each => each.Status.Dispatcher?.NotRunning ?? 0), "{event}",
            "Events that were received and are not with a handler.");
        _meter.CreateObservableGauge(
            EventBusTelemetry.Lag, () => EachTopic(static topic => topic.Sum(partition => partition.Count)), "{event}",
            "Events that the group has yet to settle.");
        _meter.CreateObservableGauge(
            EventBusTelemetry.OldestAge, () => EachTopic(topic => AgeOf(topic.Min(partition => partition.OldestTime))), "s",
            "How long the oldest event has been stored that the group has yet to settle.");
        _meter.CreateObservableGauge(
            EventBusTelemetry.OldestDeadLetterAge, OldestDeadLetters, "s",
            "How long the oldest dead letter has been one.");
        _meter.CreateObservableUpDownCounter(
            EventBusTelemetry.ParkedKeys, () => Each(static each => each.Parked?.Invoke().Count() ?? 0), "{key}",
            "Keys that have a dead letter in whose order later events are parked.");
        _meter.CreateObservableUpDownCounter(
            EventBusTelemetry.ParkedEvents, ParkedEvents, "{event}", "Events that are parked behind a dead letter.");
        _meter.CreateObservableGauge(
            EventBusTelemetry.BreakerState,
            () => Running.Where(each => each.Breaker is not null).Select(each => Measured((int)each.Breaker!, each)), null,
            "The circuit breaker's state: 0 closed, 1 half-open, 2 open.");
        _meter.CreateObservableGauge(
            EventBusTelemetry.Paused, () => Each(static each => each.IsPaused ? 1 : 0), null, "1 while the subscription is paused.");
    }

    private IEnumerable<Measurement<T>> Each<T>(Func<SubscriptionMetrics, T> value)
        where T : struct => Running.Select(each => Measured(value(each), each));

    private IEnumerable<Measurement<T>> EachTopic<T>(Func<IEnumerable<PartitionLag>, T> value)
        where T : struct
    {
        var running = Running.ToList();
        Task.WaitAll([.. running.Select(each => each.Status.Lag?.RefreshAsync(LagAge) ?? Task.CompletedTask)], Patience);
        return
            from subscription in running
            from topic in (subscription.Status.Lag?.Last ?? []).GroupBy(partition => partition.Topic, StringComparer.Ordinal)
            select Measured(value(topic), subscription, Tag(EventBusTelemetry.DestinationTag, topic.Key));
    }

    private IEnumerable<Measurement<double>> OldestDeadLetters()
    {
        var keeping = Running.Where(static each => each.OldestDeadLetter is not null).ToList();
        Task.WaitAll([.. keeping.Select(each => each.OldestDeadLetter!.RefreshAsync(DeadLetterAge))], Patience);
        return keeping.Select(each => Measured(AgeOf(each.OldestDeadLetter!.Last), each));
    }

    private IEnumerable<Measurement<int>> ParkedEvents() =>
        from subscription in Running
        from parked in (subscription.Parked?.Invoke() ?? []).OrderByDescending(parked => parked.Value).Take(MostKeys)
        select Measured(parked.Value, subscription, Tag(EventBusTelemetry.KeyTag, parked.Key));

    private double AgeOf(DateTimeOffset? stored) =>
        stored is { } since ? Math.Max(0, (_time.GetUtcNow() - since).TotalSeconds) : 0;

    private static Measurement<T> Measured<T>(T value, SubscriptionMetrics subscription)
        where T : struct => new(value, Tag(EventBusTelemetry.SystemTag, subscription.System), Tag(EventBusTelemetry.GroupTag, subscription.Name));

    private static Measurement<T> Measured<T>(T value, SubscriptionMetrics subscription, KeyValuePair<string, object?> more)
        where T : struct => new(
            value, Tag(EventBusTelemetry.SystemTag, subscription.System), Tag(EventBusTelemetry.GroupTag, subscription.Name), more);

    private static KeyValuePair<string, object?> Tag(string key, object? value) => new(key, value);
}
