using EventBus.Benchmarks.Races;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Kafka.Ours;

/// <summary>The bus on Kafka.</summary>
internal sealed class BusSide(Place place, BusShape shape) : ISide
{
    private readonly string[] _keys = EventKeys.For(place.Partitions);
    private ServiceProvider? _services;
    private IEventPublisher? _publisher;
    private int _number;

    public Arrivals Arrivals { get; } = new();

    public Task StartAsync(bool receives)
    {
        _services = new ServiceCollection().AddLogging().AddEventBus(bus => Configure(bus, receives)).Services.BuildServiceProvider();
        _publisher = _services.GetRequiredService<IEventPublisher>();
        return _services.GetRequiredService<IEventBus>().StartAsync();
    }

    public Task SendAsync(int events, int inFlight) => shape.Batch == 1
        ? Window.SendAsync(() => _publisher!.PublishAsync(Next()), events, inFlight)
        : Window.SendAsync(() => _publisher!.PublishBatchAsync<BytesEvent>(NextBatch().AsMemory()), events / shape.Batch, inFlight / shape.Batch);

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.GetRequiredService<IEventBus>().StopAsync();
            await _services.DisposeAsync();
        }
    }

    private void Configure(EventBusBuilder bus, bool receives)
    {
        bus.UseKafka(place.Brokers.Addresses, kafka =>
        {
            kafka.Prefix = place.Brokers.Prefix;
            foreach (var (name, value) in place.Brokers.ConsumerProperties)
            {
                kafka.ConsumerProperties[name] = value;
            }
        });
        bus.Configure(static options => options.Source = KafkaEvent.Source);
        bus.UseSerializer(new BytesSerializer()).Event<BytesEvent>(KafkaEvent.Type, topic: place.Name, key: static e => e.Key);
        if (receives)
        {
            bus.Subscription(place.Name).Handle<BytesEvent>(Handle).WithConcurrency(shape.Concurrency);
        }
    }

    private BytesEvent Next() => new(Payload.Bytes, _keys[_number++ % _keys.Length]);

    private BytesEvent[] NextBatch()
    {
        var batch = new BytesEvent[shape.Batch];
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = Next();
        }

        return batch;
    }

    private ValueTask Handle(BytesEvent received, EventContext context, CancellationToken cancellationToken)
    {
        Arrivals.Accept(received.Data.Length);
        return ValueTask.CompletedTask;
    }
}
