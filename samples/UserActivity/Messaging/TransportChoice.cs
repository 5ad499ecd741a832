using EventBus;
using Microsoft.Extensions.Options;

namespace UserActivity.Messaging;

/// <summary>
/// What carries the events: <c>EventBus:Transport</c> says it; without a word it is Kafka where <c>KAFKA_BROKERS</c> is set, and else memory. A
/// new transport is one line here.
/// </summary>
internal static class TransportChoice
{
    private const string Setting = "EventBus:Transport";

    private static readonly SortedDictionary<string, Func<EventBusBuilder, ServiceSettings, EventBusBuilder>> Known =
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["memory"] = (bus, _) => bus.UseInMemory(),
        };

    /// <exception cref="OptionsValidationException">The settings name no transport.</exception>
    public static EventBusBuilder UseConfiguredTransport(this EventBusBuilder bus, IConfiguration configuration, ServiceSettings settings)
    {
        var (name, reason) = configuration[Setting] is { Length: > 0 } given ? (given, $"{Setting} is '{given}'")
            : configuration[ServiceSettings.BrokersName] is { Length: > 0 } ? ("kafka", $"{ServiceSettings.BrokersName} asks for 'kafka'")
            : ("memory", "");
        return Known.TryGetValue(name, out var use)
            ? use(bus, settings)
            : throw new OptionsValidationException(Setting, typeof(EventBusOptions),
                [$"{reason}, which is not a transport of this application. Set {Setting} to one of: {string.Join(", ", Known.Keys)}."]);
    }
}
