using EventBus.Benchmarks.Redis.Server;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Redis.Ours;

/// <summary>The bus on Redis, with one topic of one partition and its defaults.</summary>
/// <typeparam name="TEvent">The type of the events.</typeparam>
internal sealed class BusSide<TEvent> : ISide
    where TEvent : notnull
{
    private const string Group = "bench";
    private readonly BusEvent<TEvent> _event;
    private readonly ServiceProvider _services;
    private readonly IEventPublisher _publisher;
    private readonly IEventBus _bus;

    private BusSide(RedisServer server, BusEvent<TEvent> @event, bool receives)
    {
        _event = @event;
        _services = new ServiceCollection().AddLogging().AddEventBus(bus =>
        {
            bus.UseRedis(server.Address, redis =>
            {
                redis.KeyPrefix = $"{server.Prefix}{typeof(TEvent).Name}:";
                redis.Partitions = 1;
                redis.RetainedEvents = BusSide.RetainedEvents;
            });
            @event.Register(bus);
            if (receives)
            {
                bus.Subscription(Group).Handle<TEvent>(Handle);
            }
        }).Services.BuildServiceProvider();
        _publisher = _services.GetRequiredService<IEventPublisher>();
        _bus = _services.GetRequiredService<IEventBus>();
    }

    public Arrivals Arrivals { get; } = new();

    public static async Task<ISide> StartAsync(RedisServer server, BusEvent<TEvent> @event, bool receives)
    {
        var side = new BusSide<TEvent>(server, @event, receives);
        await side._bus.StartAsync();
        return side;
    }

    // Retention does it.
    public Task ClearAsync() => Task.CompletedTask;

    public Task SendAsync(int events, int inFlight) =>
        Window.SendAsync(() => _publisher.PublishAsync(_event.Make()), events, inFlight);

    public async Task SendBatchesAsync(int events, int batch)
    {
        var together = new TEvent[batch];
        for (var sent = 0; sent < events; sent += batch)
        {
            for (var i = 0; i < batch; i++)
            {
                together[i] = _event.Make();
            }

            await _publisher.PublishBatchAsync<TEvent>(together.AsMemory());
        }
    }

    public Task HoldAsync() => _bus.PauseAsync(Group);

    public Task ReleaseAsync() => _bus.ResumeAsync(Group);

    public async Task SettledAsync()
    {
        var log = _services.GetRequiredService<IEventLog>();
        while ((await log.GetLagAsync(Group)).Any(static partition => partition.Count > 0))
        {
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.StopAsync();
        await _services.DisposeAsync();
    }

    private ValueTask Handle(TEvent received, EventContext context, CancellationToken cancellationToken)
    {
        Arrivals.Accept(_event.Size(received));
        return ValueTask.CompletedTask;
    }
}

internal static class BusSide
{
    /// <summary>Few enough that the rounds that count have the cost of trimming in them, as every stream that has grown up.</summary>
    public const int RetainedEvents = 200_000;
}
