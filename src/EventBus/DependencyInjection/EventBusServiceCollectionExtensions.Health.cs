using EventBus;
using EventBus.DependencyInjection;
using EventBus.Diagnostics;
using EventBus.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

public static partial class EventBusServiceCollectionExtensions
{
    /// <summary>
    /// Adds a health check of the bus: whether its subscriptions have contact with the transport, whether their handlers end, and how far they
    /// are behind. The thresholds stand in <see cref="EventBusOptions"/>.
    /// </summary>
    /// <param name="builder">The application's health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What to report where the bus is not well; null for <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">The check's tags, by which an endpoint chooses its checks.</param>
    public static IHealthChecksBuilder AddEventBus(
        this IHealthChecksBuilder builder, string name = "eventbus", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        Registration(builder.Services).HasHealthCheck = true;
        return builder.Add(new HealthCheckRegistration(
            name,
            static services => new BusHealthCheck(
                services.GetRequiredService<Bus>(),
                services.GetRequiredService<BusMeter>(),
                new HealthThresholds(services.GetRequiredService<IOptions<EventBusOptions>>().Value),
                Time(services)),
            failureStatus,
            tags));
    }
}
