using EventBus;
using Microsoft.Extensions.Options;

namespace Shop.Messaging;

/// <summary>What carries the events, by the setting <c>EventBus:Transport</c>. A new transport is one line here.</summary>
internal static class TransportChoice
{
    private const string Setting = "EventBus:Transport";
    private const string Default = "memory";

    private static readonly SortedDictionary<string, Func<EventBusBuilder, EventBusBuilder>> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        [Default] = bus => bus.UseInMemory(),
        ["redis"] = bus => bus.UseRedis(),
        ["kafka"] = bus => bus.UseKafka(),
    };

    /// <summary>The transport's name in this configuration.</summary>
    public static string NameIn(IConfiguration configuration) =>
        configuration[Setting] is { Length: > 0 } name ? name : Default;

    /// <exception cref="OptionsValidationException">The setting names no transport.</exception>
    public static EventBusBuilder UseConfiguredTransport(this EventBusBuilder bus, IConfiguration configuration)
    {
        var name = NameIn(configuration);
        return Known.TryGetValue(name, out var use)
            ? use(bus)
            : throw new OptionsValidationException(Setting, typeof(EventBusOptions),
                [$"{Setting} is '{name}', which is not a transport of this application. Set it to one of: {string.Join(", ", Known.Keys)}."]);
    }
}
