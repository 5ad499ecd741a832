using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace EventBus.Kafka.Tests.Servers;

/// <summary>The mock cluster and what stands before it do to a client what the tests of the transport need.</summary>
public sealed class MockClusterTests : IAsyncDisposable
{
    private const string Topic = "orders";
    private readonly MockCluster _cluster = new();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Topic_MadeByTheTests_HasItsPartitions()
    {
        _cluster.CreateTopic(Topic, partitions: 7);
        _cluster.CreateTopic(Topic, partitions: 7);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _cluster.BootstrapServers }).Build();

        var metadata = await Task.Run(() => admin.GetMetadata(Topic, Deadline.Default)).Within();

        Assert.Equal(7, metadata.Topics[0].Partitions.Count);
        Assert.Equal(_cluster.Proxies.Select(static proxy => proxy.Port).Order(), metadata.Brokers.Select(static broker => broker.Port).Order());
    }

    [Fact]
    public async Task BannedClient_IsCutOffAndOthersAreNot()
    {
        _cluster.CreateTopic(Topic, partitions: 1);
        using var banned = Producer("banned");
        using var other = Producer("other");
        await ProduceAsync(banned, 1);
        foreach (var proxy in _cluster.Proxies)
        {
            proxy.Ban("banned");
        }

        await ProduceAsync(other, 2);
        var error = await Assert.ThrowsAnyAsync<KafkaException>(() => ProduceAsync(banned, 3));

        Assert.Equal(ErrorCode.Local_MsgTimedOut, error.Error.Code);
        Assert.Equal([1, 2], Read(2));
    }

    [Fact]
    public async Task StalledBrokers_GoOnWhereTheyWere()
    {
        _cluster.CreateTopic(Topic, partitions: 1);
        using var producer = Producer("client", TimeSpan.FromMinutes(1));
        await ProduceAsync(producer, 1);
        foreach (var proxy in _cluster.Proxies)
        {
            proxy.Stall();
        }

        var held = ProduceAsync(producer, 2);
        await IsHeldAsync(held);
        foreach (var proxy in _cluster.Proxies)
        {
            proxy.Resume();
        }

        await held.Within();
        Assert.Equal([1, 2], Read(2));
    }

    [Fact]
    public async Task BrokersDownAndUp_AreSeenByClients()
    {
        _cluster.CreateTopic(Topic, partitions: 1);
        using var producer = Producer("client", TimeSpan.FromMinutes(1));
        _cluster.SetAllDown();
        var held = ProduceAsync(producer, 1);
        await IsHeldAsync(held);
        _cluster.SetAllUp();

        await held.Within();
        Assert.Equal([1], Read(1));
    }

    [Fact]
    public async Task RefusedRequest_IsToldToTheClient()
    {
        _cluster.CreateTopic(Topic, partitions: 1);
        using var producer = Producer("client");
        _cluster.FailIn(Topic, 0, KafkaRequest.Produce, ErrorCode.MsgSizeTooLarge);

        var error = await Assert.ThrowsAnyAsync<KafkaException>(() => ProduceAsync(producer, 1));

        Assert.Equal(ErrorCode.MsgSizeTooLarge, error.Error.Code);
        await ProduceAsync(producer, 2);
        Assert.Equal([2], Read(1));
    }

    private static async Task ProduceAsync(IProducer<Null, byte[]> producer, int number) => await producer.ProduceAsync(
        Topic, new Message<Null, byte[]> { Value = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)) }).Within();

    private static async Task IsHeldAsync(Task task) => await Assert.ThrowsAsync<TimeoutException>(
        () => task.WaitAsync(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken));

    private IProducer<Null, byte[]> Producer(string client, TimeSpan? timeout = null) => new ProducerBuilder<Null, byte[]>(new ProducerConfig
    {
        BootstrapServers = _cluster.BootstrapServers,
        ClientId = client,
        MessageTimeoutMs = (int)(timeout ?? TimeSpan.FromSeconds(2)).TotalMilliseconds,
    }).SetLogHandler(static (_, _) => { }).Build();

    private IEnumerable<int> Read(int count)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(
            new ConsumerConfig { BootstrapServers = _cluster.BootstrapServers, GroupId = "none" }).Build();
        consumer.Assign(new TopicPartitionOffset(Topic, 0, Confluent.Kafka.Offset.Beginning));
        using var limit = new CancellationTokenSource(Deadline.Default, TimeProvider.System);
        return [.. Enumerable.Range(0, count).Select(_ => int.Parse(consumer.Consume(limit.Token).Message.Value, CultureInfo.InvariantCulture))];
    }
}
