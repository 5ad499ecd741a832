using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Kafka.Tests.Settings;

/// <summary>The settings, from code and from configuration.</summary>
public sealed class OptionsTests(KafkaServers servers)
{
    private static readonly (string Setting, string Value, string Mistake)[] s_mistakes =
    [
        ("BootstrapServers", " ", "BootstrapServers is blank"),
        ("Prefix", "a b", "Prefix 'a b' cannot begin a topic's name: it "),
        ("Topics:c d:Partitions", "2", "Topics:c d: the topic's name "),
        ("Topics:own:Partitions", "100001", "Topics:own:Partitions must be between 1 and 100000, but is 100001"),
        ("ForeignTopics:e f", "noted", "ForeignTopics:e f: the topic's name "),
        ("ForeignTopics:legacy", " ", "ForeignTopics:legacy is blank"),
        ("GroupInstanceId", " ", "GroupInstanceId is blank"),
        ("SslCertificateLocation", "/client.pem", "SslCertificateLocation and SslKeyLocation need each other"),
        ("Properties:group.id", "mine", "Properties:group.id cannot be set: it is the subscription's name"),
        ("ProducerProperties:acks", "1", "ProducerProperties:acks cannot be set: it must stay 'all'"),
        ("ConsumerProperties:no.such.thing", "1", "ConsumerProperties:no.such.thing is not known to librdkafka"),
        ("NewTopics:Partitions", "0", "NewTopics:Partitions must be between 1 and 100000, but is 0"),
        ("NewTopics:ReplicationFactor", "0", "NewTopics:ReplicationFactor must be 1 or more, but is 0"),
        ("NewTopics:Retention", "00:00:00", "NewTopics:Retention must be more than zero, or infinite"),
        ("NewTopics:RetentionBytes", "0", "NewTopics:RetentionBytes must be 1 or more, or -1 for no limit, but is 0"),
        ("NewTopics:CleanupPolicy", "keep", "NewTopics:CleanupPolicy must be 'delete', 'compact' or 'compact,delete', but is 'keep'"),
        ("Linger", "-00:00:01", "Linger must be between 00:00:00 and 00:15:00, but is -00:00:01"),
        ("PublishTimeout", "00:00:00", "PublishTimeout must be between"),
        ("PublishBufferEvents", "0", "PublishBufferEvents must be between 1 and 10000000, but is 0"),
        ("PublishBufferBytes", "1048575", "PublishBufferBytes must be between 1048576 and "),
        ("Compression", "99", "Compression 99 is none that Kafka has"),
        ("ReadAheadBytes", "1", "ReadAheadBytes must be between 1048576 and "),
        ("SessionTimeout", "00:05:01", "SessionTimeout must be between 00:00:01 and 00:05:00, but is 00:05:01"),
        ("CommitInterval", "00:01:01", "CommitInterval must be between"),
        ("TransactionInterval", "00:00:00", "TransactionInterval must be between"),
        ("TransactionTimeout", "00:16:00", "TransactionTimeout must be between"),
        ("TopicRefreshInterval", "00:00:00", "TopicRefreshInterval must be between"),
        ("CommitMetadataBytes", "255", "CommitMetadataBytes must be between 256 and 1048576, but is 255"),
        ("RevokeTimeout", "00:05:00", "RevokeTimeout must be zero or more and less than max.poll.interval.ms (00:05:00), but is 00:05:00"),
        ("ExpiredOffset", "9", "ExpiredOffset must be Earliest, Latest or Fail, but is 9"),
        ("StartTimeout", "00:00:00", "StartTimeout must be more than zero, or infinite"),
        ("StatisticsInterval", "00:00:00.05", "StatisticsInterval must be between 00:00:00.1000000 and 1.00:00:00"),
    ];

    [Fact]
    public async Task Mistakes_AreToldAtTheStartAllAtOnce()
    {
        await using var bus = NotedBus.Create(
            static bus => bus.UseKafka("127.0.0.1:1"), s_mistakes.Select(static mistake => ($"EventBus:Kafka:{mistake.Setting}", mistake.Value)));

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(bus.StartAsync);

        Assert.All(s_mistakes, mistake => Assert.Contains(
            thrown.Failures, failure => failure.StartsWith($"EventBus:Kafka:{mistake.Mistake}", StringComparison.Ordinal)));
        Assert.Equal(s_mistakes.Length, thrown.Failures.Count());
    }

    [Theory]
    [InlineData("SaslMechanism", "Plain", "SaslMechanism is Plain, but SecurityProtocol has no SASL")]
    [InlineData("SaslMechanism", "ScramSha256", "SaslMechanism ScramSha256 needs SaslUsername and SaslPassword")]
    [InlineData("SslKeyLocation", "/key.pem", "SslCertificateLocation and SslKeyLocation need each other")]
    [InlineData("Linger", "00:00:30", "Linger must be less than PublishTimeout (00:00:30), but is 00:00:30")]
    [InlineData("ConsumerProperties:max.poll.interval.ms", "60000", "RevokeTimeout must be zero or more and less than max.poll.interval.ms (00:01:00)")]
    public async Task Settings_ThatDoNotGoTogether_AreRefused(string setting, string value, string why)
    {
        await using var bus = NotedBus.Create(static bus => bus.UseKafka("127.0.0.1:1"), ($"EventBus:Kafka:{setting}", value));

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(bus.StartAsync);

        Assert.Contains(thrown.Failures, failure => failure.StartsWith($"EventBus:Kafka:{why}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Token_WithoutItsMechanism_IsRefused()
    {
        await using var bus = NotedBus.Create(
            static bus => bus.UseKafka("127.0.0.1:1", static options => options.SaslToken = static _ => Task.FromResult("token")));

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(bus.StartAsync);

        Assert.StartsWith("EventBus:Kafka:SaslToken is for SaslMechanism OAuthBearer alone", Assert.Single(thrown.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_Themselves_AreAllowed()
    {
        await using var bus = NotedBus.Create(static bus => bus.UseKafka("127.0.0.1:1", static options =>
        {
            options.NewTopics.Partitions = 100_000;
            options.NewTopics.Retention = Timeout.InfiniteTimeSpan;
            options.NewTopics.RetentionBytes = -1;
            options.Linger = TimeSpan.FromMinutes(15);
            options.PublishTimeout = TimeSpan.FromDays(20);
            options.PublishBufferEvents = 1;
            options.PublishBufferBytes = options.ReadAheadBytes = 1024 * 1024;
            options.SessionTimeout = TimeSpan.FromSeconds(1);
            options.CommitInterval = TimeSpan.FromMilliseconds(10);
            options.CommitMetadataBytes = 256;
            options.RevokeTimeout = options.StatisticsInterval = TimeSpan.Zero;
            options.StartTimeout = Timeout.InfiniteTimeSpan;
        }));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        // The settings are looked at before anything is connected.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bus.Bus.StartAsync(stop.Token));
    }

    [Fact]
    public async Task Configuration_WinsOverCode()
    {
        await using var bus = NotedBus.Create(
            static bus => bus.UseKafka("code:1", static options =>
            {
                options.Prefix = "code.";
                options.SaslPassword = "code";
                options.NewTopics.Partitions = 2;
                options.Properties["socket.timeout.ms"] = "1000";
                options.Properties["client.id"] = "code";
                options.ForeignTopics["code"] = "noted";
            }),
            ("EventBus:Kafka:BootstrapServers", "configured:2"), ("EventBus:Kafka:Prefix", "configured."),
            ("EventBus:Kafka:SecurityProtocol", "SaslSsl"), ("EventBus:Kafka:SaslMechanism", "ScramSha512"), ("EventBus:Kafka:SaslPassword", "configured"),
            ("EventBus:Kafka:NewTopics:Retention", "30.00:00:00"), ("EventBus:Kafka:Topics:audit:Settings:min.insync.replicas", "2"),
            ("EventBus:Kafka:Properties:client.id", "configured"), ("EventBus:Kafka:ForeignTopics:configured", "noted"),
            ("EventBus:Kafka:Compression", "Lz4"), ("EventBus:Kafka:ExpiredOffset", "Fail"), ("EventBus:Kafka:RevokeTimeout", "00:00:07"));

        var options = bus.Services.GetRequiredService<IOptions<KafkaOptions>>().Value;

        Assert.Equal("configured:2", options.BootstrapServers);
        Assert.Equal("configured.", options.Prefix);
        Assert.Equal((SecurityProtocol.SaslSsl, SaslMechanism.ScramSha512, "configured"),
            (options.SecurityProtocol!.Value, options.SaslMechanism!.Value, options.SaslPassword!));
        Assert.Equal((2, TimeSpan.FromDays(30)), (options.NewTopics.Partitions!.Value, options.NewTopics.Retention!.Value));
        Assert.Equal("2", options.Topics["audit"].Settings["min.insync.replicas"]);
        Assert.Equal(("1000", "configured"), (options.Properties["socket.timeout.ms"], options.Properties["client.id"]));
        Assert.Equal(["code", "configured"], options.ForeignTopics.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((CompressionType.Lz4, KafkaExpiredOffset.Fail, TimeSpan.FromSeconds(7)),
            (options.Compression, options.ExpiredOffset, options.RevokeTimeout));
    }

    [Fact]
    public async Task Configuration_WinsOverAClientConfig()
    {
        var client = new ClientConfig { BootstrapServers = "127.0.0.1:1", SecurityProtocol = SecurityProtocol.Ssl };
        await using var bus = NotedBus.Create(
            bus => bus.UseKafka(client, options => options.Prefix = servers.NewPrefix()),
            ("EventBus:Kafka:BootstrapServers", servers.BootstrapServers), ("EventBus:Kafka:SecurityProtocol", "Plaintext"));

        await bus.StartAsync();

        await bus.PublishAsync(new Noted("k", 1));
    }
}
