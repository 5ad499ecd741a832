using Confluent.Kafka;
using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Kafka.Raw;

/// <summary>Reads what comes out of a chain, the same for all sides. The first arrival is the chain's first event in its handler.</summary>
internal sealed class ChainEnd
{
    private const int PollMilliseconds = 100;
    private readonly Place _place;
    private readonly Arrivals _arrivals;
    private readonly Task _loop;
    private bool _hasBegun;
    private volatile bool _isStopping;

    public ChainEnd(Place place, Arrivals arrivals)
    {
        _place = place;
        _arrivals = arrivals;
        _loop = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public static string TopicOf(Place place) => place.FullName + "-out";

    /// <summary>Notes that an event is handled: the first one begins the round.</summary>
    public void Begun()
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            _arrivals.Accept(Payload.Size);
        }
    }

    public Task StopAsync()
    {
        _isStopping = true;
        return _loop;
    }

    private void Read()
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(
            new ConsumerConfig(new Dictionary<string, string>(_place.Brokers.ConsumerProperties, StringComparer.Ordinal))
            {
                BootstrapServers = _place.Brokers.Addresses,
                GroupId = "none",
                EnableAutoCommit = false,
                EnableAutoOffsetStore = false,
                IsolationLevel = IsolationLevel.ReadCommitted,
                ConsumeResultFields = "none",
            }).SetLogHandler(static (_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, _place.Partitions)
            .Select(partition => new TopicPartitionOffset(TopicOf(_place), partition, Confluent.Kafka.Offset.Beginning)));
        for (var isFirst = true; !_isStopping;)
        {
            if (consumer.Consume(PollMilliseconds) is { } result)
            {
                if (!isFirst)
                {
                    _arrivals.Accept(result.Message.Value.Length);
                }

                isFirst = false;
            }
        }

        consumer.Close();
    }
}
