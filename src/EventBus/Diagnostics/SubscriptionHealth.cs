using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventBus.Diagnostics;

/// <summary>Says how one subscription is.</summary>
internal sealed class SubscriptionHealth(SubscriptionWatch watch, HealthThresholds thresholds, TimeProvider time)
{
    private readonly SubscriptionMetrics _metrics = watch.Metrics;
    private readonly SubscriptionStatus _status = watch.Metrics.Status;

    public void AddTo(HealthReport report)
    {
        AddData(report);
        if (_status.State == SubscriptionState.Stopped)
        {
            report.Add(HealthStatus.Unhealthy, $"Subscription '{_metrics.Name}' has stopped.");
            return;
        }

        if (_metrics.Breaker is BreakerState.Open or BreakerState.HalfOpen)
        {
            report.Add(HealthStatus.Degraded, $"Subscription '{_metrics.Name}' has its circuit breaker open.");
        }

        Add(report, _status.Away, thresholds.OfOutage, "has had no contact with the transport for");
        Add(report, _status.Lag?.Unanswered, thresholds.OfStall, "has asked the transport for its lag, without an answer, for");
        Add(report, watch.OldestAttempt, thresholds.OfStall, "has a handler that has been running for");
        Add(report, NotHandedOut(), thresholds.OfStall, "has events on the transport, and has been handed none of them, for");
        Add(report, watch.LagAgeOfOldest, thresholds.OfLag, "has yet to settle an event that was stored before");
    }

    private void Add(HealthReport report, TimeSpan? age, Func<TimeSpan, HealthStatus> meaning, string finding)
    {
        if (age is { } lasting)
        {
            report.Add(meaning(lasting), $"Subscription '{_metrics.Name}' {finding} {HealthReport.Text(lasting)}.");
        }
    }

    // With nothing in hand and nobody who wants it so, the subscription waits for the transport; the transport has events, and the group does
    // not move on.
    private TimeSpan? NotHandedOut() =>
        !_metrics.IsPaused && _status is { State: SubscriptionState.Running, Dispatcher.InFlight: 0 } && watch.Unmoved is { } unmoved
            ? unmoved < _status.Waiting ? unmoved : _status.Waiting
            : null;

    private void AddData(HealthReport report)
    {
        Add("state", State());
        Add("inFlight", _status.Dispatcher?.InFlight);
        Add("lastPoll", _status.SinceLastPoll is { } since ? time.GetUtcNow() - since : null);
        Add("lag", watch.Lag);
        Add("lagAgeSeconds", watch.Lag is null ? null : watch.LagAgeOfOldest?.TotalSeconds ?? 0);
        Add("oldestHandlerSeconds", watch.OldestAttempt?.TotalSeconds);
        Add("awaySeconds", _status.Away?.TotalSeconds);
        Add("breaker", _metrics.Breaker switch
        {
            null => null,
            BreakerState.Open => "open",
            BreakerState.HalfOpen => "half-open",
            _ => "closed",
        });

        void Add(string name, object? value)
        {
            if (value is not null)
            {
                report.Data[$"{_metrics.Name}.{name}"] = value;
            }
        }
    }

    private string State() => _status.State switch
    {
        SubscriptionState.Stopped => "stopped",
        SubscriptionState.Reconnecting => "reconnecting",
        _ => _metrics.IsPaused ? "paused" : "running",
    };
}
