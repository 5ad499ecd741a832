using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventBus.Kafka.TestProcess;

/// <summary>The bus of a process.</summary>
internal static class ProcessBus
{
    public static ServiceProvider Create(ProcessSettings settings, Journal journal, Action<EventBusBuilder> configure) => new ServiceCollection()
        .AddLogging(logging => logging.AddProvider(journal))
        .AddEventBus(bus =>
        {
            bus.UseKafka(settings.Brokers, options =>
            {
                options.Prefix = settings.Prefix;
                options.NewTopics.Partitions = settings.Partitions;

                // So long may what a process that was killed has begun hold up the readers.
                options.TransactionTimeout = TimeSpan.FromSeconds(5);

                // Below the setting's own bounds, which are for people.
                options.ConsumerProperties["session.timeout.ms"] = settings.SessionTimeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
                options.ConsumerProperties["heartbeat.interval.ms"] = "100";
            });
            bus.Event(Counted.Topic, CountedJson.Default.Counted, key: static counted => counted.Key);
            bus.Event(Turned.Topic, CountedJson.Default.Turned, key: static turned => turned.Key);
            configure(bus);
        })
        .Services.BuildServiceProvider();
}
