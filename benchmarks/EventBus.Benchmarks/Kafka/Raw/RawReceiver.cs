using Confluent.Kafka;
using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Kafka.Raw;

/// <summary>The consumer of Confluent.Kafka as its documentation has it, a loop on a thread of its own; or tuned.</summary>
internal sealed class RawReceiver
{
    private const int PollMilliseconds = 100;
    private const int TunedStoreEvery = 500;
    private const string TunedBackOff = "10";
    private readonly ConsumerConfig _config;
    private readonly string _topic;
    private readonly int _storeEvery;
    private readonly Arrivals _arrivals;
    private readonly Task _loop;
    private volatile bool _isStopping;

    public RawReceiver(Place place, bool isTuned, Arrivals arrivals)
    {
        _arrivals = arrivals;
        _topic = place.FullName;
        _storeEvery = isTuned ? TunedStoreEvery : 1;
        _config = new ConsumerConfig(new Dictionary<string, string>(place.Brokers.ConsumerProperties, StringComparer.Ordinal))
        {
            BootstrapServers = place.Brokers.Addresses,
            GroupId = place.FullName,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoOffsetStore = false,
        };
        if (isTuned)
        {
            _config.Set("fetch.queue.backoff.ms", TunedBackOff);
        }

        _loop = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public Task StopAsync()
    {
        _isStopping = true;
        return _loop;
    }

    private void Read()
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(_config).SetLogHandler(static (_, _) => { }).Build();
        consumer.Subscribe(_topic);
        for (var number = 1; !_isStopping;)
        {
            if (consumer.Consume(PollMilliseconds) is { } result)
            {
                if (number++ % _storeEvery == 0)
                {
                    consumer.StoreOffset(result);
                }

                _arrivals.Accept(result.Message.Value.Length);
            }
        }

        consumer.Close();
    }
}
