using Confluent.Kafka;
using EventBus.Kafka.Brokers;

namespace EventBus.Kafka.Tests.Servers;

/// <summary>Transactions by Confluent.Kafka's own clients, so that what the proxies add to the mock brokers is what Kafka does.</summary>
public sealed class MockTransactionTests : IAsyncDisposable
{
    private const string Topic = "orders";
    private const string Group = "group";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    private readonly MockCluster _cluster = new();

    public MockTransactionTests() => _cluster.CreateTopic(Topic, partitions: 1);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Records_OfAnAbortedTransaction_AreNotRead()
    {
        using var producer = Producer("one");
        await Run(() =>
        {
            Store(producer, 1, static producer => producer.CommitTransaction(s_limit));
            Store(producer, 2, static producer => producer.AbortTransaction(s_limit));
            Store(producer, 3, static producer => producer.CommitTransaction(s_limit));
        });

        Assert.Equal([1, 3], await Run(() => Read(2)));
    }

    [Fact]
    public async Task Records_OfAnOpenTransaction_WaitForIt()
    {
        using var open = Producer("open");
        using var other = Producer("other");
        using var consumer = Reader();
        await Run(() => Store(open, 1, static producer => producer.Flush(s_limit)));
        await Run(() => Store(other, 2, static producer => producer.CommitTransaction(s_limit)));

        Assert.Null(await Run(() => consumer.Consume(TimeSpan.FromMilliseconds(300))));

        await Run(() => open.CommitTransaction(s_limit));
        Assert.Equal([1, 2], await Run(() => Read(2, consumer)));
    }

    [Fact]
    public async Task Records_OfATransactionWhoseTimeIsOver_AreGone()
    {
        using var forgotten = Producer("forgotten", timeout: TimeSpan.FromSeconds(1));
        using var other = Producer("other");
        await Run(() => Store(forgotten, 1, static producer => producer.Flush(s_limit)));
        await Run(() => Store(other, 2, static producer => producer.CommitTransaction(s_limit)));

        Assert.Equal([2], await Run(() => Read(1)));
        await Assert.ThrowsAnyAsync<KafkaException>(() => Run(() => forgotten.CommitTransaction(s_limit)));
    }

    [Fact]
    public async Task Producer_OfTheSameId_FencesTheOneBefore()
    {
        using var zombie = Producer("same");
        await Run(() => Store(zombie, 1, static producer => producer.Flush(s_limit)));
        using var next = Producer("same");
        await Run(() => Store(next, 2, static producer => producer.CommitTransaction(s_limit)));

        var refused = await Assert.ThrowsAnyAsync<KafkaException>(() => Run(() => zombie.CommitTransaction(s_limit)));

        Assert.True(refused.Error.IsFatal, $"{refused.Error.Code}: {refused.Error.Reason}");
        Assert.Equal([2], await Run(() => Read(1)));
    }

    [Fact]
    public async Task Places_OfATransaction_AreWrittenWithIt()
    {
        using var member = new ConsumerBuilder<Ignore, byte[]>(Settings(Group)).SetLogHandler(static (_, _) => { }).Build();
        member.Subscribe(Topic);
        using var producer = Producer("one");
        var place = new TopicPartition(Topic, 0);
        void Send(long offset) => producer.SendOffsetsToTransaction([new TopicPartitionOffset(place, offset)], member.ConsumerGroupMetadata, s_limit);
        await Run(() =>
        {
            Store(producer, 1, static producer => producer.CommitTransaction(s_limit));
            Assert.NotNull(member.Consume(s_limit));
            Store(producer, 2, producer =>
            {
                Send(1);
                producer.CommitTransaction(s_limit);
            });
            Store(producer, 3, producer =>
            {
                Send(2);
                producer.AbortTransaction(s_limit);
            });
        });

        Assert.Equal(1, (await Run(() => member.Committed([place], s_limit)))[0].Offset.Value);
    }

    [Fact]
    public async Task Places_OfAMemberThatHasLeft_AreRefused()
    {
        var member = new ConsumerBuilder<Ignore, byte[]>(Settings(Group)).SetLogHandler(static (_, _) => { }).Build();
        member.Subscribe(Topic);
        using var producer = Producer("one");
        await Run(() =>
        {
            Store(producer, 1, static producer => producer.CommitTransaction(s_limit));
            Assert.NotNull(member.Consume(s_limit));
        });
        var metadata = member.ConsumerGroupMetadata;
        await Run(() =>
        {
            member.Close();
            member.Dispose();
        });

        var refused = await Assert.ThrowsAnyAsync<KafkaException>(() => Run(() => Store(producer, 2, producer =>
            producer.SendOffsetsToTransaction([new TopicPartitionOffset(Topic, 0, 1)], metadata, s_limit))));

        Assert.Equal(ErrorCode.UnknownMemberId, refused.Error.Code);
    }

    // The client's calls wait for the brokers.
    private static Task<T> Run<T>(Func<T> call) => Task.Run(call, TestContext.Current.CancellationToken).Within();

    private static Task Run(Action call) => Task.Run(call, TestContext.Current.CancellationToken).Within();

    private IProducer<Null, byte[]> Producer(string id, TimeSpan? timeout = null)
    {
        var milliseconds = (int)(timeout ?? TimeSpan.FromSeconds(60)).TotalMilliseconds;
        var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig
        {
            BootstrapServers = _cluster.BootstrapServers,
            TransactionalId = id,
            TransactionTimeoutMs = milliseconds,
            MessageTimeoutMs = milliseconds,
            LingerMs = 0,
        }).SetLogHandler(static (_, _) => { }).Build();
        producer.InitTransactions(s_limit);
        return producer;
    }

    private static void Store(IProducer<Null, byte[]> producer, byte number, Action<IProducer<Null, byte[]>> end)
    {
        producer.BeginTransaction();
        producer.Produce(Topic, new Message<Null, byte[]> { Value = [number] });
        end(producer);
    }

    private byte[] Read(int count)
    {
        using var consumer = Reader();
        return Read(count, consumer);
    }

    private static byte[] Read(int count, IConsumer<Ignore, byte[]> consumer)
    {
        using var limit = new CancellationTokenSource(Deadline.Default, TimeProvider.System);
        byte[] read = [.. Enumerable.Range(0, count).Select(_ => consumer.Consume(limit.Token).Message.Value[0])];

        // And nothing more.
        Assert.Null(consumer.Consume(TimeSpan.FromMilliseconds(100)));
        return read;
    }

    private IConsumer<Ignore, byte[]> Reader()
    {
        var consumer = new ConsumerBuilder<Ignore, byte[]>(Settings("none")).SetLogHandler(static (_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(Topic, 0, Confluent.Kafka.Offset.Beginning));
        return consumer;
    }

    private ConsumerConfig Settings(string group) => new()
    {
        BootstrapServers = _cluster.BootstrapServers,
        GroupId = group,
        SessionTimeoutMs = 1_500,
        HeartbeatIntervalMs = 100,
        EnableAutoCommit = false,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        IsolationLevel = IsolationLevel.ReadCommitted,
    };
}
