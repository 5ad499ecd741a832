using System.Globalization;
using Confluent.Kafka;

namespace EventBus.Kafka.Connections;

/// <summary>The properties of each client: those that the settings ask for, then the application's own, which win.</summary>
internal static class ClientProperties
{
    public const string BootstrapServers = "bootstrap.servers";

    // librdkafka counts its buffers in KiB.
    private const int Kibibyte = 1024;
    private const int MostHeartbeatMilliseconds = 3_000;

    /// <summary>The addresses of the brokers, wherever they are set.</summary>
    public static string Brokers(KafkaOptions options) =>
        options.Properties.TryGetValue(BootstrapServers, out var servers)
        || options.Properties.TryGetValue("metadata.broker.list", out servers) ? servers : options.BootstrapServers;

    public static Dictionary<string, string> OfProducer(KafkaOptions options)
    {
        var properties = OfAny(options);
        properties["enable.idempotence"] = "true";
        properties["partitioner"] = "murmur2_random";
        properties["linger.ms"] = Milliseconds(options.Linger);
        properties["compression.type"] = options.Compression.ToString().ToLowerInvariant();
        properties["message.timeout.ms"] = Milliseconds(options.PublishTimeout);
        properties["queue.buffering.max.messages"] = Number(options.PublishBufferEvents);
        properties["queue.buffering.max.kbytes"] = Number(options.PublishBufferBytes / Kibibyte);
        properties["topic.metadata.refresh.interval.ms"] = Milliseconds(options.TopicRefreshInterval);
        AddOwn(properties, isConsumer: false, options.Properties);
        AddOwn(properties, isConsumer: false, options.ProducerProperties);
        return properties;
    }

    /// <summary>Of a client that neither produces nor consumes.</summary>
    public static Dictionary<string, string> OfClient(KafkaOptions options)
    {
        var properties = OfAny(options);
        AddOwn(properties, isConsumer: false, options.Properties);
        properties["allow.auto.create.topics"] = "false";
        properties["statistics.interval.ms"] = "0";
        return properties;
    }

    /// <param name="options">The settings.</param>
    /// <param name="group">The group's name in the cluster; null for a consumer without one.</param>
    public static Dictionary<string, string> OfConsumer(KafkaOptions options, string? group)
    {
        var properties = OfAny(options);
        properties["enable.auto.commit"] = "false";
        properties["enable.auto.offset.store"] = "false";
        properties["isolation.level"] = "read_committed";
        properties["auto.offset.reset"] = options.ExpiredOffset switch
        {
            KafkaExpiredOffset.Latest => "latest",
            KafkaExpiredOffset.Fail => "error",
            _ => "earliest",
        };
        properties["fetch.queue.backoff.ms"] = "10";
        properties["queued.max.messages.kbytes"] = Number(options.ReadAheadBytes / Kibibyte);
        properties["topic.metadata.refresh.interval.ms"] = Milliseconds(options.TopicRefreshInterval);
        if (group is not null)
        {
            AddGroup(properties, options, group);
        }

        AddOwn(properties, isConsumer: true, options.Properties);
        AddOwn(properties, isConsumer: true, options.ConsumerProperties);
        return properties;
    }

    private static Dictionary<string, string> OfAny(KafkaOptions options)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [BootstrapServers] = options.BootstrapServers,
            ["client.id"] = "eventbus",
            ["log.queue"] = "true",

            // Brokers close connections that idle; each would be told as an error.
            ["log.connection.close"] = "false",

            // By itself the library lets brokers wait that have come back for up to ten seconds.
            ["reconnect.backoff.max.ms"] = "1000",
            ["statistics.interval.ms"] = Milliseconds(options.StatisticsInterval),
        };
        Add(properties, "security.protocol", options.SecurityProtocol switch
        {
            SecurityProtocol.Plaintext => "plaintext",
            SecurityProtocol.Ssl => "ssl",
            SecurityProtocol.SaslPlaintext => "sasl_plaintext",
            SecurityProtocol.SaslSsl => "sasl_ssl",
            _ => null,
        });
        Add(properties, "sasl.mechanism", options.SaslMechanism switch
        {
            SaslMechanism.Gssapi => "GSSAPI",
            SaslMechanism.Plain => "PLAIN",
            SaslMechanism.ScramSha256 => "SCRAM-SHA-256",
            SaslMechanism.ScramSha512 => "SCRAM-SHA-512",
            SaslMechanism.OAuthBearer => "OAUTHBEARER",
            _ => null,
        });
        Add(properties, "sasl.username", options.SaslUsername);
        Add(properties, "sasl.password", options.SaslPassword);
        Add(properties, "ssl.ca.location", options.SslCaLocation);
        Add(properties, "ssl.certificate.location", options.SslCertificateLocation);
        Add(properties, "ssl.key.location", options.SslKeyLocation);
        Add(properties, "ssl.key.password", options.SslKeyPassword);
        return properties;
    }

    private static void AddGroup(Dictionary<string, string> properties, KafkaOptions options, string group)
    {
        properties["group.id"] = group;
        if (options.UseConsumerProtocol)
        {
            // The brokers choose the session's and the heartbeat's time.
            properties["group.protocol"] = "consumer";
        }
        else
        {
            properties["partition.assignment.strategy"] = "cooperative-sticky";
            properties["session.timeout.ms"] = Milliseconds(options.SessionTimeout);
            properties["heartbeat.interval.ms"] = Number(
                (long)Math.Min(MostHeartbeatMilliseconds, options.SessionTimeout.TotalMilliseconds / 4));
        }

        Add(properties, "group.instance.id", options.GroupInstanceId);
    }

    private static void Add(Dictionary<string, string> properties, string name, string? value)
    {
        if (value is not null)
        {
            properties[name] = value;
        }
    }

    private static void AddOwn(Dictionary<string, string> properties, bool isConsumer, IDictionary<string, string> own)
    {
        foreach (var (name, value) in own)
        {
            if (PropertyScope.IsFor(isConsumer, name))
            {
                properties[name] = value;
            }
        }
    }

    private static string Milliseconds(TimeSpan time) => Number((long)time.TotalMilliseconds);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
