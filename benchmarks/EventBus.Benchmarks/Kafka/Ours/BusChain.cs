using EventBus.Benchmarks.Kafka.Raw;
using EventBus.Benchmarks.Races;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Kafka.Ours;

/// <summary>A chain by the bus, exactly once, by its defaults.</summary>
internal sealed class BusChain(Place place) : ISide
{
    private ServiceProvider? _services;
    private IEventPublisher? _publisher;
    private ChainEnd? _end;

    public Arrivals Arrivals { get; } = new();

    public async Task StartAsync(bool receives)
    {
        await place.Brokers.CreateTopicAsync(ChainEnd.TopicOf(place), place.Partitions);
        _end = new ChainEnd(place, Arrivals);
        _services = new ServiceCollection().AddLogging().AddEventBus(Configure).Services.BuildServiceProvider();
        _publisher = _services.GetRequiredService<IEventPublisher>();
        await _services.GetRequiredService<IEventBus>().StartAsync();
    }

    public Task SendAsync(int events, int inFlight) => throw new NotSupportedException("A chain has a backlog.");

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.GetRequiredService<IEventBus>().StopAsync();
            await _services.DisposeAsync();
        }

        await (_end?.StopAsync() ?? Task.CompletedTask);
    }

    private void Configure(EventBusBuilder bus)
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
        bus.UseSerializer(new BytesSerializer())
            .Event<BytesEvent>(KafkaEvent.Type, topic: place.Name)
            .Event<TurnedEvent>("bench.turned", topic: ChainEnd.TopicOf(place)[place.Brokers.Prefix.Length..], key: static turned => turned.Key);
        bus.Subscription(place.Name).Handle<BytesEvent>(HandleAsync).WithExactlyOnce();
    }

    private async ValueTask HandleAsync(BytesEvent received, EventContext context, CancellationToken cancellationToken)
    {
        _end!.Begun();
        await _publisher!.PublishAsync(new TurnedEvent(received.Data, context.Key), cancellationToken);
    }
}
