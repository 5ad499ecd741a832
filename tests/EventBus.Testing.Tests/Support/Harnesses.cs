using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Testing.Tests.Support;

internal static class Harnesses
{
    public static Task<EventBusHarness> StartAsync(HarnessOptions? options, Action<EventBusBuilder> configure) => EventBusHarness.StartAsync(
        services => services.AddEventBus(bus =>
        {
            bus.Event<Placed>("placed", key: e => e.Customer).Event<Paid>("paid").Event<Shipped>("shipped");
            configure(bus);
        }),
        options,
        TestContext.Current.CancellationToken);
}
