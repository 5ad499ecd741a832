using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using EventBus.Kafka.Brokers;
using EventBus.Kafka.Brokers.Proxies;

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
        using var admin = Admin();

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
        await _cluster.KillAsync("banned");

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

    [Fact]
    public async Task Topic_MadeByAClient_HasItsPartitionsAndSettings()
    {
        using var admin = Admin();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = Topic, NumPartitions = 2, Configs = new() { ["retention.ms"] = "-1" } }]).Within();

        var again = await Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync([new TopicSpecification { Name = Topic }]).Within());
        var metadata = await Task.Run(() => admin.GetMetadata(Topic, Deadline.Default)).Within();

        Assert.Equal(ErrorCode.TopicAlreadyExists, again.Results[0].Error.Code);
        Assert.Equal(2, metadata.Topics[0].Partitions.Count);
        Assert.Equal("-1", _cluster.Admin.SettingsOf(Topic)!["retention.ms"]);
    }

    [Fact]
    public async Task Records_RemovedByAClient_AreGone()
    {
        _cluster.CreateTopic(Topic, partitions: 1);
        using var producer = Producer("client");
        await ProduceAsync(producer, 1);
        await ProduceAsync(producer, 2);
        using var admin = Admin();

        var removed = await admin.DeleteRecordsAsync([new TopicPartitionOffset(Topic, 0, 1)]).Within();

        Assert.Equal(1, removed[0].Offset.Value);
        Assert.Equal([2], Read(1));
    }

    [Fact]
    public async Task Time_BetweenRecords_HasTheOffsetOfTheLater()
    {
        _cluster.CreateTopic(Topic, partitions: 1);
        var times = new[] { 1_000L, 2_000, 3_000 };
        using var producer = Producer("client");
        foreach (var time in times)
        {
            var record = new Message<Null, byte[]> { Value = [1], Timestamp = new Timestamp(time, TimestampType.CreateTime) };
            await producer.ProduceAsync(new TopicPartition(Topic, 0), record, TestContext.Current.CancellationToken).Within();
        }

        using var consumer = new ConsumerBuilder<Ignore, byte[]>(
            new ConsumerConfig { BootstrapServers = _cluster.BootstrapServers, GroupId = "none" }).Build();
        long Find(long time) => consumer.OffsetsForTimes([new TopicPartitionTimestamp(Topic, 0, new Timestamp(time, TimestampType.CreateTime))], Deadline.Default)[0]
            .Offset.Value;

        Assert.Equal([0, 0, 1, 2, Confluent.Kafka.Offset.End.Value], await Task.Run(() => new[] { 1L, 1_000, 1_001, 2_500, 3_001 }.Select(Find).ToArray()).Within());
    }

    [Fact]
    public async Task Cluster_ThatCannotMakeTopics_RefusesIt()
    {
        await using var cluster = new MockCluster(canMakeTopics: false);
        using var admin = Admin(cluster);

        var refused = await Assert.ThrowsAnyAsync<KafkaException>(() => admin.CreateTopicsAsync([new TopicSpecification { Name = Topic }]).Within());

        Assert.Equal(ErrorCode.Local_UnsupportedFeature, refused.Error.Code);
    }

    [Fact]
    public async Task Members_ComeTogether_AreKnownWithTheirPartitions()
    {
        const string Group = "group";
        _cluster.CreateTopic(Topic, partitions: 4);
        await using var members = new RunningConsumers(_cluster.BootstrapServers, Topic, Group);
        members.Start("one");
        members.Start("two");
        await Eventually.TrueAsync(() => _cluster.Groups.IsSteady(Group, members: 2, partitions: 4), static () => "the members to come together");
        Assert.False(_cluster.Groups.IsSteady(Group, members: 2, partitions: 5));

        await _cluster.KillAsync("one");
        await Eventually.TrueAsync(() => _cluster.Groups.IsSteady(Group, members: 1, partitions: 4), static () => "the members to come together");

        members.Start("three");
        await Eventually.TrueAsync(() => _cluster.Groups.IsSteady(Group, members: 2, partitions: 4), static () => "the members to come together");
        await members.StopAsync("two");
        await Eventually.TrueAsync(() => _cluster.Groups.IsSteady(Group, members: 1, partitions: 4), static () => "the members to come together");
    }

    [Fact]
    public async Task MemberThatItsGroupDoesNotKnow_IsRefused()
    {
        const string Group = "group";
        _cluster.CreateTopic(Topic, partitions: 4);
        await using var members = new RunningConsumers(_cluster.BootstrapServers, Topic, Group);
        members.Start("one");
        await Eventually.TrueAsync(() => _cluster.Groups.IsSteady(Group, members: 1, partitions: 4), static () => "the member to have all partitions");

        foreach (var proxy in _cluster.Proxies)
        {
            var error = await Task.Run(() => Join(proxy)).Within();
            Assert.Equal(ErrorCode.UnknownMemberId, error);
        }

        static ErrorCode Join(BrokerProxy proxy)
        {
            var answer = new WireReader(RawRequest.Send("127.0.0.1", proxy.Port, KafkaRequest.JoinGroup, 0, static request => request
                .Text(Group).Int32(1_500).Text("of long ago").Text("consumer").Int32(1).Text("cooperative-sticky").Int32(0)));
            _ = answer.Int64();
            return (ErrorCode)answer.Int16();
        }
    }

    private IAdminClient Admin(MockCluster? cluster = null) => new AdminClientBuilder(
        new AdminClientConfig { BootstrapServers = (cluster ?? _cluster).BootstrapServers }).SetLogHandler(static (_, _) => { }).Build();

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
