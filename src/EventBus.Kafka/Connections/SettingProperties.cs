using Microsoft.Extensions.Configuration;

namespace EventBus.Kafka.Connections;

/// <summary>The settings that have a property of librdkafka's, under each of its names.</summary>
internal static class SettingProperties
{
    private static readonly (string Setting, string[] Properties)[] s_all =
    [
        (nameof(KafkaOptions.BootstrapServers), [ClientProperties.BootstrapServers, "metadata.broker.list"]),
        (nameof(KafkaOptions.SecurityProtocol), ["security.protocol"]),
        (nameof(KafkaOptions.SaslMechanism), ["sasl.mechanism", "sasl.mechanisms"]),
        (nameof(KafkaOptions.SaslUsername), ["sasl.username"]),
        (nameof(KafkaOptions.SaslPassword), ["sasl.password"]),
        (nameof(KafkaOptions.SslCaLocation), ["ssl.ca.location"]),
        (nameof(KafkaOptions.SslCertificateLocation), ["ssl.certificate.location"]),
        (nameof(KafkaOptions.SslKeyLocation), ["ssl.key.location"]),
        (nameof(KafkaOptions.SslKeyPassword), ["ssl.key.password"]),
        (nameof(KafkaOptions.Linger), ["linger.ms", "queue.buffering.max.ms"]),
        (nameof(KafkaOptions.Compression), ["compression.type", "compression.codec"]),
        (nameof(KafkaOptions.PublishTimeout), ["message.timeout.ms", "delivery.timeout.ms"]),
        (nameof(KafkaOptions.PublishBufferEvents), ["queue.buffering.max.messages"]),
        (nameof(KafkaOptions.PublishBufferBytes), ["queue.buffering.max.kbytes"]),
        (nameof(KafkaOptions.ReadAheadBytes), ["queued.max.messages.kbytes"]),
        (nameof(KafkaOptions.SessionTimeout), ["session.timeout.ms"]),
        (nameof(KafkaOptions.TopicRefreshInterval), ["topic.metadata.refresh.interval.ms"]),
        (nameof(KafkaOptions.StatisticsInterval), ["statistics.interval.ms"]),
    ];

    /// <summary>Forgets the properties that code has set where the configuration has the setting: it wins over code.</summary>
    /// <param name="options">What code has set.</param>
    /// <param name="configuration">What is about to be bound to it, which may set properties again.</param>
    public static void GiveWay(KafkaOptions options, IConfiguration configuration)
    {
        foreach (var (setting, properties) in s_all)
        {
            if (configuration[setting] is null)
            {
                continue;
            }

            foreach (var property in properties)
            {
                options.Properties.Remove(property);
                options.ProducerProperties.Remove(property);
                options.ConsumerProperties.Remove(property);
            }
        }
    }
}
