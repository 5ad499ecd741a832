using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Kafka.Tests.Settings;

/// <summary>Properties under librdkafka's names.</summary>
public sealed class PropertyTests(KafkaServers servers)
{
    private static readonly Noted s_large = new(new string('k', 3_000), 1);
    private readonly string _prefix = servers.NewPrefix();

    /// <summary>What would break a guarantee, what is the bus's, and why.</summary>
    public static TheoryData<string, string, string> Refused => new()
    {
        { "group.id", "g", "is the subscription's name" },
        { "group.instance.id", "i", "GroupInstanceId" },
        { "group.protocol", "consumer", "UseConsumerProtocol" },
        { "partition.assignment.strategy", "range", "drained before" },
        { "auto.offset.reset", "latest", "ExpiredOffset" },
        { "isolation.level", "read_uncommitted", "events of transactions that were aborted would be handled" },
        { "transactional.id", "t", "is made by the bus" },
        { "transaction.timeout.ms", "1000", "TransactionTimeout" },
        { "partitioner", "consistent", "producers in other languages" },
        { "enable.gapless.guarantee", "true", "would end the producer" },
        { "delivery.report.only.error", "true", "waiting for ever" },
        { "queuing.strategy", "lifo", "out of order" },
        { "allow.auto.create.topics", "true", "CreateTopics" },
        { "topic.blacklist", "a", "name them in the subscription" },
        { "log.queue", "false", "is set by the bus" },
        { "enabled_events", "0", "is set by the bus" },
        { "opaque", "1", "is set by the bus" },
        { "enable.partition.eof", "true", "is set by the bus" },
        { "default_topic_conf", "1", "is set by the bus" },
        { "consume.callback.max.messages", "1", "is a callback" },
        { "dr_msg_cb", "1", "is a callback" },
        { "interceptors", "1", "can only be set in C" },
        { "offset.store.path", "/", "no longer has" },
        { "offset.store.method", "file", "must stay 'broker'" },
        { "enable.auto.commit", "true", "must stay 'false'" },
        { "auto.commit.enable", "true", "must stay 'false'" },
        { "enable.auto.offset.store", "true", "must stay 'false'" },
        { "enable.idempotence", "false", "must stay 'true'" },
        { "acks", "1", "could be lost with one broker" },
        { "request.required.acks", "0", "could be lost with one broker" },
        { "max.in.flight", "6", "must be between 1 and 5" },
        { "max.in.flight.requests.per.connection", "1000000", "must be between 1 and 5" },
        { "retries", "0", "must be more than 0" },
        { "message.send.max.retries", "0", "must be more than 0" },
        { "dotnet.producer.block.if.queue.full", "true", "belongs to Confluent.Kafka's own clients" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Property_ThatWouldBreakSomething_IsRefusedWithTheReason(string property, string value, string why)
    {
        var failure = await FailureAsync($"Properties:{property}", value);

        Assert.StartsWith($"EventBus:Kafka:Properties:{property} cannot be set: it ", failure, StringComparison.Ordinal);
        Assert.Contains(why, failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Properties:soket.timeout.ms", "1", "is not known to librdkafka")]
    [InlineData("ProducerProperties:linger.ms", "soon", "has a value that librdkafka does not take: Invalid value")]
    [InlineData("ConsumerProperties:fetch.wait.max.ms", "-1", "has a value that librdkafka does not take: Configuration property \"fetch.wait.max.ms\" value -1")]
    [InlineData("Properties:security.protocol", "tls", "has a value that librdkafka does not take: Invalid value \"tls\"")]
    public async Task Property_ThatTheLibraryDoesNotTake_IsRefusedInItsWords(string property, string value, string why)
    {
        var failure = await FailureAsync(property, value);

        Assert.StartsWith($"EventBus:Kafka:{property} {why}", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Properties_ThatSayWhatTheBusSays_AreAllowed()
    {
        var handled = new TaskCompletionSource();
        await using var bus = NotedBus.Create(
            bus =>
            {
                bus.UseKafka(servers.BootstrapServers, options => options.Prefix = _prefix);
                bus.Subscription("group").Handle<Noted>((_, _, _) =>
                {
                    handled.TrySetResult();
                    return ValueTask.CompletedTask;
                });
            },
            Properties(
                ("enable.auto.commit", "false"), ("auto.commit.enable", "False"), ("enable.auto.offset.store", "false"), ("enable.idempotence", "true"),
                ("acks", "-1"), ("request.required.acks", "all"), ("max.in.flight", "1"), ("retries", "5")));
        await bus.StartAsync();

        await bus.PublishAsync(new Noted("k", 1));

        await handled.Task.Within();
    }

    [Theory]
    [InlineData("code")]
    [InlineData("code of producers")]
    [InlineData("configuration")]
    [InlineData("configuration of producers")]
    [InlineData("client config")]
    [InlineData("producer config")]
    public async Task Property_FromAnywhere_ReachesTheClient(string source)
    {
        await using var bus = source switch
        {
            "code" => Create(static options => options.Properties["message.max.bytes"] = "2000"),
            "code of producers" => Create(static options => options.ProducerProperties["message.max.bytes"] = "2000"),
            "configuration" => Create(static _ => { }, ("EventBus:Kafka:Properties:message.max.bytes", "2000")),
            "configuration of producers" => Create(static _ => { }, ("EventBus:Kafka:ProducerProperties:message.max.bytes", "2000")),
            "client config" => Create(new ClientConfig { BootstrapServers = servers.BootstrapServers, MessageMaxBytes = 2_000 }),
            _ => Create(new ProducerConfig { BootstrapServers = servers.BootstrapServers, MessageMaxBytes = 2_000 }),
        };
        await bus.StartAsync();

        var thrown = await Assert.ThrowsAsync<PublishException>(() => bus.PublishAsync(s_large));

        Assert.False(thrown.IsOutage);
        Assert.StartsWith("The event for 'noted' was not stored: it is too large.", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("message.max.bytes among EventBus:Kafka:ProducerProperties", thrown.Message, StringComparison.Ordinal);
        await bus.PublishAsync(new Noted("k", 1));
    }

    [Fact]
    public async Task Property_InConfiguration_WinsOverCode()
    {
        await using var bus = Create(
            static options => options.ProducerProperties["message.max.bytes"] = "2000", ("EventBus:Kafka:ProducerProperties:message.max.bytes", "40000"));
        await bus.StartAsync();

        await bus.PublishAsync(s_large);
    }

    [Fact]
    public async Task ConsumerProperty_ReachesConsumersAlone()
    {
        var name = $"{_prefix}client";
        await using var bus = NotedBus.Create(
            bus =>
            {
                bus.UseKafka(servers.BootstrapServers, options => options.Prefix = _prefix);
                bus.Subscription("group").Handle<Noted>(static (_, _, _) => ValueTask.CompletedTask);
            },
            ("EventBus:Kafka:ConsumerProperties:client.id", name), ("EventBus:Kafka:ConsumerProperties:message.max.bytes", "2000"));
        await bus.StartAsync();

        await bus.PublishAsync(s_large);

        await Eventually.TrueAsync(() => servers.Cluster.Groups.MembershipsOf(name).Any(), () => $"a member that calls itself {name}.");
    }

    private static (string Key, string Value)[] Properties(params IEnumerable<(string Name, string Value)> properties) =>
        [.. properties.Select(static property => ($"EventBus:Kafka:Properties:{property.Name}", property.Value))];

    private static async Task<string> FailureAsync(string property, string value)
    {
        await using var bus = NotedBus.Create(static bus => bus.UseKafka("127.0.0.1:1"), ($"EventBus:Kafka:{property}", value));

        return Assert.Single((await Assert.ThrowsAsync<OptionsValidationException>(bus.StartAsync)).Failures);
    }

    private NotedBus Create(Action<KafkaOptions> configure, params IEnumerable<(string Key, string Value)> settings) => NotedBus.Create(
        bus => bus.UseKafka(servers.BootstrapServers, options =>
        {
            options.Prefix = _prefix;
            configure(options);
        }),
        settings);

    private NotedBus Create(ClientConfig client) => NotedBus.Create(bus => bus.UseKafka(client, options => options.Prefix = _prefix));
}
