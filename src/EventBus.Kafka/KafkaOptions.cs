using Confluent.Kafka;

namespace EventBus.Kafka;

/// <summary>Settings of the transport on Apache Kafka, bound from <c>EventBus:Kafka</c>.</summary>
public sealed class KafkaOptions
{
    /// <summary>Where the cluster is: brokers to ask first, with commas between them, e.g. <c>kafka-1:9092,kafka-2:9092</c>.</summary>
    /// <value>The default is <c>localhost:9092</c>.</value>
    public string BootstrapServers { get; set; } = "localhost:9092";

    /// <summary>
    /// What all topics and groups of the bus begin with in the cluster. Buses with different prefixes see nothing of each other. Of the characters that
    /// Kafka has for topics: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.
    /// </summary>
    /// <value>The default is none.</value>
    public string Prefix { get; set; } = "";

    /// <summary>How the brokers are spoken to: with or without TLS, with or without SASL.</summary>
    /// <value>The default is null: plain text, which is for networks that one trusts.</value>
    public SecurityProtocol? SecurityProtocol { get; set; }

    /// <summary>How SASL proves who is there.</summary>
    /// <value>The default is null: none.</value>
    public SaslMechanism? SaslMechanism { get; set; }

    /// <summary>The user of SASL PLAIN and SCRAM.</summary>
    public string? SaslUsername { get; set; }

    /// <summary>The password of SASL PLAIN and SCRAM. Neither logs nor messages ever have it.</summary>
    public string? SaslPassword { get; set; }

    /// <summary>
    /// Gives the token of SASL OAUTHBEARER, again and again before the last one expires. Who it stands for and when it expires are read off it, for it is a
    /// JSON Web Token; of any other the user is <see cref="SaslUsername"/>, and a new one is asked for within ten minutes.
    /// </summary>
    /// <value>The default is null: none, or the token that the <c>sasl.oauthbearer.…</c> properties ask for.</value>
    public Func<CancellationToken, Task<string>>? SaslToken { get; set; }

    /// <summary>A file or folder of the certificates that sign the brokers' own, in PEM.</summary>
    /// <value>The default is null: those that the system trusts.</value>
    public string? SslCaLocation { get; set; }

    /// <summary>The file of this client's certificate, in PEM, where the brokers ask for one.</summary>
    public string? SslCertificateLocation { get; set; }

    /// <summary>The file of that certificate's private key, in PEM.</summary>
    public string? SslKeyLocation { get; set; }

    /// <summary>The pass phrase of that key. Neither logs nor messages ever have it.</summary>
    public string? SslKeyPassword { get; set; }

    /// <summary>
    /// Properties of all clients under librdkafka's names, such as <c>socket.timeout.ms</c>; those that only a producer or a consumer has reach only these.
    /// They win over what the bus would set. One that would break a guarantee is refused at the start, with the reason.
    /// </summary>
    /// <value>The default is none.</value>
    /// <seealso href="https://github.com/confluentinc/librdkafka/blob/v2.15.1/CONFIGURATION.md"/>
    public IDictionary<string, string> Properties { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Properties of producers, which win over <see cref="Properties"/>.</summary>
    /// <value>The default is none.</value>
    public IDictionary<string, string> ProducerProperties { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Properties of consumers, which win over <see cref="Properties"/>.</summary>
    /// <value>The default is none.</value>
    public IDictionary<string, string> ConsumerProperties { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long a start waits for the brokers before it fails; infinite to wait for as long as it takes.</summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether topics that are not there are made, at their first use. Where not, a topic that is not there is an error.</summary>
    /// <value>The default is true.</value>
    public bool CreateTopics { get; set; } = true;

    /// <summary>What topics are made with. The bus's own topics have one partition and keep everything, whatever stands here.</summary>
    public KafkaTopicOptions NewTopics { get; } = new();

    /// <summary>Topics that are made with something else, by name; what is not set there comes from <see cref="NewTopics"/>.</summary>
    /// <value>The default is none.</value>
    public IDictionary<string, KafkaTopicOptions> Topics { get; } = new Dictionary<string, KafkaTopicOptions>(StringComparer.Ordinal);

    /// <summary>
    /// How long a producer waits for more events before it sends those that it has, up to 15 minutes. Under load, batches form by themselves while others are on
    /// their way; waiting makes them larger, and a lone event slower.
    /// </summary>
    /// <value>The default is zero: a lone event goes at once.</value>
    public TimeSpan Linger { get; set; } = TimeSpan.Zero;

    /// <summary>How batches are compressed on their way and in the log.</summary>
    /// <value>The default is none.</value>
    public CompressionType Compression { get; set; } = CompressionType.None;

    /// <summary>How long publishing waits for room and for brokers that are away before it fails.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many events can be on their way to the brokers at once. Publishers wait for room when there are as many.</summary>
    /// <value>The default is 100,000.</value>
    public int PublishBufferEvents { get; set; } = 100_000;

    /// <summary>How many bytes can be on their way to the brokers at once, 1 MiB or more. Publishers wait for room when there are as many.</summary>
    /// <value>The default is 128 MiB.</value>
    public long PublishBufferBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>How many bytes a member reads ahead, 1 MiB or more. Reading stops there until handlers have caught up.</summary>
    /// <value>The default is 16 MiB.</value>
    public long ReadAheadBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// How long a member may be silent, from 1 second to 5 minutes, before the others take over its partitions. Its heartbeat comes by itself, whatever its
    /// handlers do. The brokers allow no less than 6 seconds unless they are told otherwise (<c>group.min.session.timeout.ms</c>).
    /// </summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a partition that moves to another member waits for the handlers of its events to end. What has not ended by then comes again there. It must
    /// be less than the consumers' <c>max.poll.interval.ms</c>, which is 5 minutes unless it is set.
    /// </summary>
    /// <value>The default is 1 minute.</value>
    public TimeSpan RevokeTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a member writes how far it has got, where that has changed, from 10 milliseconds to 1 minute.</summary>
    /// <value>The default is 250 milliseconds.</value>
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How often a member of a group with exactly-once stores what its handlers have published, in a transaction with how far it has got, from 10
    /// milliseconds to 1 minute. Readers see nothing before.
    /// </summary>
    /// <value>The default is 100 milliseconds.</value>
    public TimeSpan TransactionInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a transaction may take before the brokers abort it, from 1 second to 15 minutes: so long does one that a dead member has left hold up the
    /// readers of its topics.
    /// </summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan TransactionTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the text may be that a commit has beside its offset: what is settled further ahead, and failed attempts. The brokers' own bound is
    /// <c>offset.metadata.max.bytes</c>, and must not be less. From 256 to 1,048,576.
    /// </summary>
    /// <value>The default is 4,096, which is the brokers'.</value>
    public int CommitMetadataBytes { get; set; } = 4_096;

    /// <summary>
    /// Where a group goes on in a partition in which its place is no longer there: retention has removed it, or the topic was made anew.
    /// </summary>
    /// <value>The default is the earliest event that is left.</value>
    public KafkaExpiredOffset ExpiredOffset { get; set; } = KafkaExpiredOffset.Earliest;

    /// <summary>How soon a subscription to a pattern finds new topics, and every topic its new partitions, from 100 milliseconds to 1 hour.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan TopicRefreshInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A name for this instance of the application that stays the same when it starts again, and that no other instance has: when it is back within
    /// <see cref="SessionTimeout"/> it goes on with its partitions, and none has moved (<c>group.instance.id</c>).
    /// </summary>
    /// <value>The default is null: partitions move when an instance stops.</value>
    public string? GroupInstanceId { get; set; }

    /// <summary>Whether groups use the brokers' newer protocol (KIP-848), which Apache Kafka has from 4.0 on.</summary>
    /// <value>The default is false: the classic one, with partitions that move one by one (<c>cooperative-sticky</c>).</value>
    public bool UseConsumerProtocol { get; set; }

    /// <summary>
    /// Topics that others fill with records without the attributes of CloudEvents, and the contract that those records have. Elsewhere such
    /// records become dead letters.
    /// </summary>
    /// <value>The default is none.</value>
    public IDictionary<string, string> ForeignTopics { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How often the clients tell their statistics, which become metrics; zero for never.</summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan StatisticsInterval { get; set; } = TimeSpan.FromSeconds(10);
}
