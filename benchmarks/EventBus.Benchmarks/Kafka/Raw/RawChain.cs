using Confluent.Kafka;
using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Kafka.Raw;

/// <summary>
/// A chain by hand, as its documentation has it, tuned: consume and produce for 100 ms, send the offsets with the transaction, commit it. One loop, which
/// waits while it commits.
/// </summary>
internal sealed class RawChain(Place place) : ISide
{
    private const string BackOff = "10";
    private const int PollMilliseconds = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private ChainEnd? _end;
    private Task _loop = Task.CompletedTask;
    private volatile bool _isStopping;

    public Arrivals Arrivals { get; } = new();

    public async Task StartAsync(bool receives)
    {
        await place.Brokers.CreateTopicAsync(ChainEnd.TopicOf(place), place.Partitions);
        _end = new ChainEnd(place, Arrivals);
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public Task SendAsync(int events, int inFlight) => throw new NotSupportedException("A chain has a backlog.");

    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        await _loop;
        await (_end?.StopAsync() ?? Task.CompletedTask);
    }

    private void Run()
    {
        var settings = new ConsumerConfig(new Dictionary<string, string>(place.Brokers.ConsumerProperties, StringComparer.Ordinal))
        {
            BootstrapServers = place.Brokers.Addresses,
            GroupId = place.FullName,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            IsolationLevel = IsolationLevel.ReadCommitted,
        };
        settings.Set("fetch.queue.backoff.ms", BackOff);
        using var consumer = new ConsumerBuilder<byte[], byte[]>(settings).SetLogHandler(static (_, _) => { }).Build();
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = place.Brokers.Addresses,
            TransactionalId = place.FullName,
            LingerMs = 5,
            Partitioner = Partitioner.Murmur2Random,
        }).SetLogHandler(static (_, _) => { }).Build();
        producer.InitTransactions(Patience);
        consumer.Subscribe(place.FullName);
        while (!_isStopping)
        {
            Transact(consumer, producer);
        }

        consumer.Close();
    }

    private void Transact(IConsumer<byte[], byte[]> consumer, IProducer<byte[], byte[]> producer)
    {
        var topic = ChainEnd.TopicOf(place);
        var offsets = new Dictionary<TopicPartition, Confluent.Kafka.Offset>();
        var began = TimeProvider.System.GetTimestamp();
        while (!_isStopping && TimeProvider.System.GetElapsedTime(began) < Interval)
        {
            if (consumer.Consume(PollMilliseconds) is not { } result)
            {
                continue;
            }

            if (offsets.Count == 0)
            {
                producer.BeginTransaction();
                _end!.Begun();
            }

            producer.Produce(topic, result.Message);
            offsets[result.TopicPartition] = result.Offset + 1;
        }

        if (offsets.Count > 0)
        {
            producer.SendOffsetsToTransaction(
                offsets.Select(static each => new TopicPartitionOffset(each.Key, each.Value)), consumer.ConsumerGroupMetadata, Patience);
            producer.CommitTransaction(Patience);
        }
    }
}
