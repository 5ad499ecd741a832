using System.Text;
using Confluent.Kafka;

namespace EventBus.Samples.Tests.Activities.OnKafka;

/// <summary>What lies in the topic: the service's own events, and what other programs write there.</summary>
public sealed class TopicTests(KafkaServers server) : IClassFixture<KafkaServers>
{
    private const string User = "user-123";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private readonly string _prefix = server.NewPrefix();

    private string Topic => _prefix + ActivityServer.Topic;

    [Fact]
    public async Task Environment_BrokersAlone_ChooseKafka()
    {
        await using var service = await ActivityProcess.StartAsync(server, _prefix);

        var posted = await service.GenerateAsync(User);

        Assert.Equal(201, posted.Status);
        Assert.Contains("are carried by the transport 'kafka'", service.Log, StringComparison.Ordinal);
        var stored = await Task.Run(ReadOne, TestContext.Current.CancellationToken);
        Assert.Equal((User, posted.Event.GetRawText()), (stored.Key, stored.Value));
        Assert.Equal(posted.EventId, Encoding.UTF8.GetString(stored.Headers.GetLastBytes("ce_id")));
        await service.WaitForProcessedAsync(all => all.Length == 1);
    }

    [Fact]
    public async Task Message_OfAnotherProgram_IsProcessedOnceHoweverOftenItArrives()
    {
        await using var service = await StartAsync();

        await WriteAsync(ActivityServer.Message("event-1"));
        await WriteAsync(ActivityServer.Message("event-1"));
        await WriteAsync(ActivityServer.Message("event-2"));

        Assert.Equal(["event-1", "event-2"], ActivityEvents.IdsOf(await service.WaitForProcessedAsync(all => all.Length >= 2), User));
        Assert.Equal("[]", (await service.GetAsync("/events/set-aside")).Text);
    }

    [Fact]
    public async Task Message_Malformed_IsSetAsideAndTheConsumerGoesOn()
    {
        await using var service = await StartAsync();

        await WriteAsync("this is no JSON");
        await WriteAsync("""{"eventId": "e", "userId": "user-123", "eventType": "SIGNUP", "timestamp": "2026-01-02T03:04:05Z"}""");
        await WriteAsync(ActivityServer.Message("good"));

        Assert.Equal(["good"], ActivityEvents.IdsOf(await service.WaitForProcessedAsync(all => all.Length >= 1)));
        var letters = (await service.GetAsync("/events/set-aside")).Json.EnumerateArray().ToArray();
        Assert.Equal(2, letters.Length);
        Assert.Equal("this is no JSON", letters[1].GetProperty("message").GetString());
        Assert.StartsWith("The message is malformed: eventType", letters[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, (await service.GetAsync("/health")).Status);
    }

    [Fact]
    public async Task WholeTopic_DeliveredAgain_IsKnownByIdempotency()
    {
        await using var service = await StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await service.GenerateAsync(User);
        }

        var before = await service.WaitForProcessedAsync(all => all.Length >= 5);
        await service.Log.SeekAsync(_prefix + ActivityServer.Group, Topic, SeekTarget.Earliest, TestContext.Current.CancellationToken);
        var last = await service.GenerateAsync(User);

        var processed = await service.WaitForProcessedAsync(all => all.Length >= 6);
        Assert.Equal([.. ActivityEvents.IdsOf(before, User), last.EventId], ActivityEvents.IdsOf(processed, User));
    }

    private Task<ActivityServer> StartAsync() => ActivityServer.StartAsync(
        configure: null, $"--KAFKA_BROKERS={server.BootstrapServers}", $"--KAFKA_TOPIC={Topic}", $"--KAFKA_GROUP_ID={_prefix}{ActivityServer.Group}",
        $"--KAFKA_SESSION_TIMEOUT_MS={KafkaServers.SessionTimeout.TotalMilliseconds}");

    // As a program that knows nothing of CloudEvents does it: a key and a value.
    private async Task WriteAsync(string message)
    {
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = server.BootstrapServers }).Build();
        await producer.ProduceAsync(Topic, new Message<string, string> { Key = User, Value = message }, TestContext.Current.CancellationToken);
    }

    private Message<string, string> ReadOne()
    {
        using var consumer = new ConsumerBuilder<string, string>(
            new ConsumerConfig { BootstrapServers = server.BootstrapServers, GroupId = "none", AutoOffsetReset = AutoOffsetReset.Earliest }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(Topic, s_limit).Topics[0].Partitions;
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(Topic, partition.PartitionId, Confluent.Kafka.Offset.Beginning)));
        return consumer.Consume(s_limit).Message;
    }
}
