using EventBus.Idempotency;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Transports.InMemory;

/// <summary>Makes the in-memory transport and its store from the application's services.</summary>
internal static class InMemoryRegistration
{
    /// <summary>A transport over a broker that nobody else has.</summary>
    public static IEventTransport CreateTransport(IServiceProvider services) =>
        new InMemoryBroker(services.GetRequiredService<IOptions<InMemoryOptions>>().Value, services.GetService<TimeProvider>())
            .CreateTransport();

    /// <summary>A store that knows this process only.</summary>
    public static IIdempotencyStore CreateIdempotencyStore(IServiceProvider services) =>
        new InMemoryIdempotencyStore(services.GetService<TimeProvider>() ?? TimeProvider.System);
}
