using EventBus;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace UserActivity.Http;

/// <summary>
/// Looks at the producer and the consumer. The bus tells of each what it last did; and both are down where the brokers give no answer, which shows
/// also while nothing is published.
/// </summary>
internal sealed class BothSides(HealthCheckService checks, IEventLog log, ServiceSettings settings, TimeProvider time)
{
    /// <summary>The name of the bus's health check.</summary>
    public const string Check = "event-bus";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task<Health> LookAsync(CancellationToken cancellationToken)
    {
        var answering = IsAnsweredAsync(cancellationToken);
        var report = await checks.CheckHealthAsync(cancellationToken);
        var data = report.Entries[Check].Data;
        var isAnswered = await answering;
        return Health.Of(
            producer: isAnswered && !data.ContainsKey("publishing.awaySeconds"),
            consumer: isAnswered && !data.ContainsKey($"{settings.GroupId}.awaySeconds")
                && data.GetValueOrDefault($"{settings.GroupId}.state") is "running" or "paused");
    }

    private async Task<bool> IsAnsweredAsync(CancellationToken cancellationToken)
    {
        try
        {
            await log.GetLagAsync(settings.GroupId, cancellationToken).AsTask().WaitAsync(Patience, time, cancellationToken);
            return true;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
