using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventBus.Diagnostics;

/// <summary>From when on something that lasts is a degradation, and from when on the bus is not well.</summary>
internal sealed class HealthThresholds(EventBusOptions options)
{
    /// <summary>How long something may stand still.</summary>
    public TimeSpan Stall => options.HealthDegradedStall;

    /// <summary>What it means that something has stood still for so long.</summary>
    public HealthStatus OfStall(TimeSpan age) => Of(age, options.HealthDegradedStall, options.HealthUnhealthyStall);

    /// <summary>What it means that the transport has been away for so long.</summary>
    public HealthStatus OfOutage(TimeSpan age) => Of(age, TimeSpan.Zero, options.HealthUnhealthyStall);

    /// <summary>What it means that the oldest unsettled event is so old.</summary>
    public HealthStatus OfLag(TimeSpan age) => Of(age, options.HealthDegradedLag, options.HealthUnhealthyLag);

    private static HealthStatus Of(TimeSpan age, TimeSpan degraded, TimeSpan unhealthy) =>
        age >= unhealthy ? HealthStatus.Unhealthy : age >= degraded ? HealthStatus.Degraded : HealthStatus.Healthy;
}
