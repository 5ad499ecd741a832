using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Transports;
using Microsoft.Extensions.Options;

namespace EventBus.Kafka;

/// <summary>Tells every mistake in the settings of the Kafka transport at once. No message has a secret in it.</summary>
internal sealed class KafkaOptionsValidator : IValidateOptions<KafkaOptions>
{
    private const int MaxPartitions = 100_000;
    private const int MaxBufferedEvents = 10_000_000;
    private const int MinMetadataBytes = 256;
    private const int Mebibyte = 1024 * 1024;
    private const string MaxPollInterval = "max.poll.interval.ms";
    private static readonly string[] s_brokersChoose = ["session.timeout.ms", "heartbeat.interval.ms"];
    private static readonly TimeSpan s_maxPollInterval = TimeSpan.FromMinutes(5);

    // The brokers' own bound, unless they are told otherwise: transaction.max.timeout.ms.
    private static readonly TimeSpan s_longestTransaction = TimeSpan.FromMinutes(15);

    // librdkafka counts its buffers in KiB, in 31 bits.
    private const long MaxBufferBytes = int.MaxValue / 1024L * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, KafkaOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        CheckNames(options, result);
        CheckSecurity(options, result);
        CheckProperties(options.Properties, nameof(options.Properties), result);
        CheckProperties(options.ProducerProperties, nameof(options.ProducerProperties), result);
        CheckProperties(options.ConsumerProperties, nameof(options.ConsumerProperties), result);
        CheckTopic(options.NewTopics, nameof(options.NewTopics), result);
        foreach (var (topic, own) in options.Topics)
        {
            CheckTopic(own, $"{nameof(options.Topics)}:{topic}", result);
        }

        CheckPublishing(options, result);
        CheckConsuming(options, result);
        if (options.StartTimeout <= TimeSpan.Zero && options.StartTimeout != Timeout.InfiniteTimeSpan)
        {
            result.AddError(
                $"{nameof(options.StartTimeout)} must be more than zero, or infinite (-00:00:00.001), but is {options.StartTimeout}.");
        }

        if (options.StatisticsInterval != TimeSpan.Zero)
        {
            Between(result, nameof(options.StatisticsInterval), options.StatisticsInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1));
        }

        return result.Build();
    }

    private static void CheckNames(KafkaOptions options, ValidateOptionsResultBuilder result)
    {
        if (string.IsNullOrWhiteSpace(ClientProperties.Brokers(options)))
        {
            result.AddError($"{nameof(options.BootstrapServers)} is blank; 'localhost:9092' is the shortest that there is.");
        }

        if (options.Prefix.Length > 0 && TopicPattern.Problem(options.Prefix + "x") is { } problem)
        {
            result.AddError($"{nameof(options.Prefix)} '{options.Prefix}' cannot begin a topic's name: it {problem}.");
        }

        foreach (var topic in options.Topics.Keys)
        {
            CheckTopicName(topic, nameof(options.Topics), result);
        }

        foreach (var (topic, contract) in options.ForeignTopics)
        {
            CheckTopicName(topic, nameof(options.ForeignTopics), result);
            if (string.IsNullOrWhiteSpace(contract))
            {
                result.AddError($"{nameof(options.ForeignTopics)}:{topic} is blank; it is the name of the records' contract.");
            }
        }

        if (options.GroupInstanceId is { } instance && string.IsNullOrWhiteSpace(instance))
        {
            result.AddError($"{nameof(options.GroupInstanceId)} is blank; leave it out for members that come and go.");
        }
    }

    private static void CheckSecurity(KafkaOptions options, ValidateOptionsResultBuilder result)
    {
        var isSasl = options.SecurityProtocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl
            || options.Properties.ContainsKey("security.protocol");
        if (options.SaslMechanism is { } mechanism && !isSasl)
        {
            result.AddError($"{nameof(options.SaslMechanism)} is {mechanism}, but {nameof(options.SecurityProtocol)} has no SASL: it must be SaslSsl, "
                + "or SaslPlaintext on a network that one trusts.");
        }

        if (options.SaslMechanism is SaslMechanism.Plain or SaslMechanism.ScramSha256 or SaslMechanism.ScramSha512
            && (string.IsNullOrEmpty(options.SaslUsername ?? Own(options, "sasl.username"))
                || string.IsNullOrEmpty(options.SaslPassword ?? Own(options, "sasl.password"))))
        {
            result.AddError($"{nameof(options.SaslMechanism)} {options.SaslMechanism} needs {nameof(options.SaslUsername)} and {nameof(options.SaslPassword)}.");
        }

        if (options.SaslToken is not null && options.SaslMechanism != SaslMechanism.OAuthBearer)
        {
            result.AddError($"{nameof(options.SaslToken)} is for {nameof(options.SaslMechanism)} OAuthBearer alone.");
        }

        if ((options.SslCertificateLocation is null) != (options.SslKeyLocation is null))
        {
            result.AddError($"{nameof(options.SslCertificateLocation)} and {nameof(options.SslKeyLocation)} need each other.");
        }
    }

    private static void CheckProperties(IDictionary<string, string> properties, string property, ValidateOptionsResultBuilder result)
    {
        foreach (var (name, value) in properties)
        {
            if (RefusedProperties.Why(name, value) is { } why)
            {
                result.AddError($"{property}:{name} cannot be set: it {why}.");
            }
            else if (PropertyCheck.Problem(name, value) is { } problem)
            {
                result.AddError($"{property}:{name} {problem.TrimEnd('.')}.");
            }
        }
    }

    private static void CheckTopic(KafkaTopicOptions options, string property, ValidateOptionsResultBuilder result)
    {
        if (options.Partitions is < 1 or > MaxPartitions)
        {
            result.AddError($"{property}:{nameof(options.Partitions)} must be between 1 and {MaxPartitions}, but is {options.Partitions}.");
        }

        if (options.ReplicationFactor < 1)
        {
            result.AddError($"{property}:{nameof(options.ReplicationFactor)} must be 1 or more, but is {options.ReplicationFactor}; "
                + "leave it out for the brokers' own.");
        }

        if (options.Retention <= TimeSpan.Zero && options.Retention != Timeout.InfiniteTimeSpan)
        {
            result.AddError(
                $"{property}:{nameof(options.Retention)} must be more than zero, or infinite (-00:00:00.001), but is {options.Retention}.");
        }

        if (options.RetentionBytes is < 1 and not -1)
        {
            result.AddError($"{property}:{nameof(options.RetentionBytes)} must be 1 or more, or -1 for no limit, but is {options.RetentionBytes}.");
        }

        if (options.CleanupPolicy is { } policy && policy is not ("delete" or "compact" or "compact,delete" or "delete,compact"))
        {
            result.AddError($"{property}:{nameof(options.CleanupPolicy)} must be 'delete', 'compact' or 'compact,delete', but is '{policy}'.");
        }
    }

    private static void CheckPublishing(KafkaOptions options, ValidateOptionsResultBuilder result)
    {
        Between(result, nameof(options.Linger), options.Linger, TimeSpan.Zero, TimeSpan.FromMinutes(15));
        Between(result, nameof(options.PublishTimeout), options.PublishTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(20));
        if (options.Linger >= options.PublishTimeout && options.Linger > TimeSpan.Zero)
        {
            result.AddError($"{nameof(options.Linger)} must be less than {nameof(options.PublishTimeout)} ({options.PublishTimeout}), but is {options.Linger}.");
        }

        if (options.PublishBufferEvents is < 1 or > MaxBufferedEvents)
        {
            result.AddError(
                $"{nameof(options.PublishBufferEvents)} must be between 1 and {MaxBufferedEvents}, but is {options.PublishBufferEvents}.");
        }

        Between(result, nameof(options.PublishBufferBytes), options.PublishBufferBytes, Mebibyte, MaxBufferBytes);
        if (!Enum.IsDefined(options.Compression))
        {
            result.AddError($"{nameof(options.Compression)} {options.Compression} is none that Kafka has.");
        }
    }

    private static void CheckConsuming(KafkaOptions options, ValidateOptionsResultBuilder result)
    {
        Between(result, nameof(options.ReadAheadBytes), options.ReadAheadBytes, Mebibyte, MaxBufferBytes);
        Between(result, nameof(options.SessionTimeout), options.SessionTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Between(result, nameof(options.CommitInterval), options.CommitInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        CheckTransactions(options, result);
        Between(result, nameof(options.TopicRefreshInterval), options.TopicRefreshInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        Between(result, nameof(options.CommitMetadataBytes), options.CommitMetadataBytes, MinMetadataBytes, Mebibyte);
        var longest = int.TryParse(Own(options, MaxPollInterval), System.Globalization.CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds) : s_maxPollInterval;
        if (options.RevokeTimeout < TimeSpan.Zero || options.RevokeTimeout >= longest)
        {
            result.AddError($"{nameof(options.RevokeTimeout)} must be zero or more and less than {MaxPollInterval} ({longest}), but is {options.RevokeTimeout}.");
        }

        if (options.UseConsumerProtocol)
        {
            foreach (var property in s_brokersChoose.Where(property => Own(options, property) is not null))
            {
                result.AddError($"{property} cannot be set with {nameof(options.UseConsumerProtocol)}: the brokers choose it (group.consumer.{property}).");
            }
        }

        if (!Enum.IsDefined(options.ExpiredOffset))
        {
            result.AddError($"{nameof(options.ExpiredOffset)} must be Earliest, Latest or Fail, but is {options.ExpiredOffset}.");
        }
    }

    private static void CheckTransactions(KafkaOptions options, ValidateOptionsResultBuilder result)
    {
        Between(result, nameof(options.TransactionInterval), options.TransactionInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        Between(result, nameof(options.TransactionTimeout), options.TransactionTimeout, TimeSpan.FromSeconds(1), s_longestTransaction);
        if (options.TransactionInterval >= options.TransactionTimeout)
        {
            result.AddError($"{nameof(options.TransactionInterval)} must be less than {nameof(options.TransactionTimeout)} "
                + $"({options.TransactionTimeout}), but is {options.TransactionInterval}: the brokers would abort what it takes so long to gather.");
        }
    }

    private static string? Own(KafkaOptions options, string property) =>
        options.ConsumerProperties.TryGetValue(property, out var value) || options.ProducerProperties.TryGetValue(property, out value)
        || options.Properties.TryGetValue(property, out value) ? value : null;

    private static void CheckTopicName(string topic, string property, ValidateOptionsResultBuilder result)
    {
        if (TopicPattern.Problem(topic) is { } problem)
        {
            result.AddError($"{property}:{topic}: the topic's name {problem}.");
        }
    }

    private static void Between<T>(ValidateOptionsResultBuilder result, string property, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            result.AddError($"{property} must be between {least} and {most}, but is {value}.");
        }
    }
}
