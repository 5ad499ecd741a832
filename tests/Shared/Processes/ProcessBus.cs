using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventBus.Shared.Processes;

/// <summary>The bus of a process.</summary>
internal static class ProcessBus
{
    /// <param name="settings">What the process is to do.</param>
    /// <param name="journal">Where it tells of what is logged.</param>
    /// <param name="configure">Chooses the transport, and adds to the bus.</param>
    public static ServiceProvider Create(ProcessSettings settings, Journal journal, Action<EventBusBuilder> configure) => new ServiceCollection()
        .AddLogging(logging => logging.AddProvider(journal))
        .AddEventBus(bus =>
        {
            bus.Event(Counted.Topic, ProcessJson.Default.Counted, key: static counted => counted.Key);
            if (settings.IsTurning)
            {
                bus.Event(Turned.Topic, ProcessJson.Default.Turned, key: static turned => turned.Key);
            }

            configure(bus);
        })
        .Services.BuildServiceProvider();
}
