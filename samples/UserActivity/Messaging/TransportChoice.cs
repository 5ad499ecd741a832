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
    private const string Memory = "memory";
    private const string Kafka = "kafka";

    private static readonly SortedDictionary<string, Func<EventBusBuilder, ServiceSettings, EventBusBuilder>> Known =
        new(StringComparer.OrdinalIgnoreCase)
        {
            [Memory] = (bus, _) => bus.UseInMemory(),
            [Kafka] = (bus, settings) => bus.UseKafka(settings.Brokers, kafka =>
            {
                kafka.SessionTimeout = settings.SessionTimeout;
                kafka.PublishTimeout = settings.ProducerTimeout;

                // What other programs write to the topic has no attributes of CloudEvents.
                kafka.ForeignTopics[settings.Topic] = ActivityBus.Contract;
            }),
        };

    /// <summary>The transport's name in this configuration.</summary>
    public static string NameIn(IConfiguration configuration) =>
        configuration[Setting] is { Length: > 0 } given ? given
        : configuration[ServiceSettings.BrokersName] is { Length: > 0 } ? Kafka
        : Memory;

    /// <exception cref="OptionsValidationException">The settings name no transport.</exception>
    public static EventBusBuilder UseConfiguredTransport(this EventBusBuilder bus, IConfiguration configuration, ServiceSettings settings)
    {
        var name = NameIn(configuration);
        return Known.TryGetValue(name, out var use)
            ? use(bus, settings)
            : throw new OptionsValidationException(Setting, typeof(EventBusOptions),
            [
                $"{Asker(configuration)} asks for '{name}', which is not a transport of this application. "
                + $"Set {Setting} to one of: {string.Join(", ", Known.Keys)}.",
            ]);
    }

    private static string Asker(IConfiguration configuration) =>
        configuration[Setting] is { Length: > 0 } ? Setting : ServiceSettings.BrokersName;
}
