using EventBus.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventBus.Diagnostics;

/// <summary>Says how the bus is: its subscriptions, and publishing as far as it is known.</summary>
internal sealed class BusHealthCheck(Bus bus, BusMeter meter, HealthThresholds thresholds, TimeProvider time) : IHealthCheck
{
    // Whoever asks is not kept waiting by a transport that does not answer.
    private static readonly TimeSpan LagWait = TimeSpan.FromSeconds(1);

    // Many may ask, often.
    private static readonly TimeSpan LagAge = TimeSpan.FromSeconds(1);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var watches = meter.Watch?.Subscriptions ?? [];

        // One that has been silent for as long already would only hold up what is known of it.
        var answers = Task.WhenAll(watches.Where(static watch => !(watch.Metrics.Status.Lag?.Unanswered >= LagWait))
            .Select(static watch => watch.LookAsync(LagAge)));
        await Task.WhenAny(answers, Task.Delay(LagWait, time, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();

        var report = new HealthReport();
        if (!bus.IsRunning)
        {
            report.Add(HealthStatus.Unhealthy, "The bus is not running.");
        }

        if (meter.Publishing.Away is { } away)
        {
            report.Add(thresholds.OfOutage(away), $"Publishing has not reached the transport for {HealthReport.Text(away)}.");
            report.Data["publishing.awaySeconds"] = away.TotalSeconds;
        }

        foreach (var watch in watches)
        {
            _ = watch.LookAsync(LagAge);
            new SubscriptionHealth(watch, thresholds, time).AddTo(report);
        }

        return report.ToResult(context.Registration?.FailureStatus ?? HealthStatus.Unhealthy);
    }
}
