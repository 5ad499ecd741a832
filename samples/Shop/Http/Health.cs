using EventBus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Shop.Messaging;

namespace Shop.Http;

/// <summary><c>GET /health</c>: 200 and <c>healthy</c>, or 503 and <c>unhealthy</c>, with each subscription's lag.</summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder app) =>
        app.MapHealthChecks("/health", new HealthCheckOptions
        {
            ResponseWriter = (context, report) =>
            {
                var transport = TransportChoice.NameIn(context.RequestServices.GetRequiredService<IConfiguration>());
                var lag = report.Entries.Values.SelectMany(entry => entry.Data)
                    .ToDictionary(subscription => subscription.Key, subscription => subscription.Value, StringComparer.Ordinal);
                return context.Response.WriteAsJsonAsync(
                    new { Status = report.Status == HealthStatus.Healthy ? "healthy" : "unhealthy", Transport = transport, Lag = lag });
            },
        });
}

/// <summary>Asks the transport how far each subscription is behind; one that does not answer is not healthy.</summary>
internal sealed class BusHealthCheck(IEventLog log) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var lag = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var subscription in Subscriptions.All)
        {
            lag[subscription] = (await log.GetLagAsync(subscription, cancellationToken)).Sum(partition => partition.Count);
        }

        return HealthCheckResult.Healthy(data: lag);
    }
}
