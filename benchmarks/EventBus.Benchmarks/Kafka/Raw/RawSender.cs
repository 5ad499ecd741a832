using Confluent.Kafka;
using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Kafka.Raw;

/// <summary>The producer of Confluent.Kafka: idempotent, acknowledged by all.</summary>
internal sealed class RawSender : IDisposable
{
    // Permits are passed on by so many at a time, so that waiting for room costs next to nothing.
    private const int Portion = 1_000;
    private readonly IProducer<string, byte[]> _producer;
    private readonly RawMessages _messages;
    private readonly Action<DeliveryReport<string, byte[]>> _reported;
    private SemaphoreSlim _room = new(0);
    private TaskCompletionSource _done = new();
    private int _left;

    public RawSender(Place place, RawMessages messages, TimeSpan linger)
    {
        _messages = messages;
        _reported = OnReported;
        var config = new ProducerConfig
        {
            BootstrapServers = place.Brokers.Addresses,
            EnableIdempotence = true,
            Acks = Acks.All,
            LingerMs = linger.TotalMilliseconds,
            Partitioner = Partitioner.Murmur2Random,
        };
        _producer = new ProducerBuilder<string, byte[]>(config).SetLogHandler(static (_, _) => { }).Build();
    }

    /// <summary>Sends events, each a task.</summary>
    public Task SendAsync(int events, int inFlight) => Window.SendAsync(
        () =>
        {
            var (place, message) = _messages.Next();
            return new ValueTask<DeliveryResult<string, byte[]>>(_producer.ProduceAsync(place, message));
        },
        events,
        inFlight);

    /// <summary>Sends events that are reported, which costs the client less.</summary>
    /// <param name="events">How many.</param>
    /// <param name="inFlight">How many the client takes at once.</param>
    public async Task SendReportedAsync(int events, int inFlight)
    {
        _left = events;
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Less one: an event that is being reported still takes up room.
        _room = new SemaphoreSlim((inFlight / Portion) - 1);
        for (var sent = 0; sent < events; sent++)
        {
            if (sent % Portion == 0)
            {
                await _room.WaitAsync();
            }

            var (place, message) = _messages.Next();
            _producer.Produce(place, message, _reported);
        }

        await _done.Task;
    }

    public void Dispose()
    {
        _producer.Dispose();
        _room.Dispose();
    }

    private void OnReported(DeliveryReport<string, byte[]> report)
    {
        if (report.Error.IsError)
        {
            _done.TrySetException(new BenchmarkException($"An event was not stored: {report.Error.Reason}"));
        }

        // Of one thread, the client's.
        if (--_left % Portion == 0)
        {
            _room.Release();
        }

        if (_left == 0)
        {
            _done.TrySetResult();
        }
    }
}
