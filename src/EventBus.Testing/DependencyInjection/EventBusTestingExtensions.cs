using EventBus.DependencyInjection;
using EventBus.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what tests need to a bus.</summary>
public static class EventBusTestingExtensions
{
    /// <summary>
    /// Puts the faults of a plan in front of the transport that the bus has been given so far: call it behind <c>UseInMemory</c> and its
    /// like. Delays, cuts and time-outs go by the <see cref="TimeProvider"/> among the services.
    /// </summary>
    public static EventBusBuilder UseFaults(this EventBusBuilder bus, FaultPlan plan)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(plan);
        var registration = (BusRegistration)bus.Services
            .First(static service => service.ServiceType == typeof(BusRegistration)).ImplementationInstance!;
        var transport = registration.Transport;
        return bus.UseTransport(
            services => plan.Wrap(transport(services), services.GetService<TimeProvider>()), registration.IdempotencyStore);
    }
}
