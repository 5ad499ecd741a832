using EventBus.Benchmarks.Races;
using EventBus.Benchmarks.Redis.Server;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Redis.Ours;

/// <summary>The bus on Redis with its defaults: one topic, and one group of one member or of several, each a bus of its own.</summary>
/// <typeparam name="TEvent">The type of the events.</typeparam>
internal sealed class BusSide<TEvent> : ISide
    where TEvent : notnull
{
    private const string Group = "bench";
    private readonly BusEvent<TEvent> _event;
    private readonly ServiceProvider[] _members;
    private readonly IEventPublisher _publisher;

    private BusSide(RedisServer server, BusEvent<TEvent> @event, bool receives, GroupShape shape)
    {
        _event = @event;
        _members = [.. Enumerable.Range(0, shape.Members).Select(_ => Build(server, receives, shape))];
        _publisher = _members[0].GetRequiredService<IEventPublisher>();
    }

    public Arrivals Arrivals { get; } = new();

    public static async Task<ISide> StartAsync(RedisServer server, BusEvent<TEvent> @event, bool receives, GroupShape? shape = null)
    {
        var side = new BusSide<TEvent>(server, @event, receives, shape ?? GroupShape.Alone);
        await side.EachAsync(static bus => bus.StartAsync());
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

    public Task HoldAsync() => EachAsync(static bus => bus.PauseAsync(Group));

    public Task ReleaseAsync() => EachAsync(static bus => bus.ResumeAsync(Group));

    public async Task SettledAsync()
    {
        var log = _members[0].GetRequiredService<IEventLog>();
        while ((await log.GetLagAsync(Group)).Any(static partition => partition.Count > 0))
        {
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EachAsync(static bus => bus.StopAsync());
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }
    }

    private ServiceProvider Build(RedisServer server, bool receives, GroupShape shape) =>
        new ServiceCollection().AddLogging().AddEventBus(bus =>
        {
            bus.UseRedis(server.Address, redis =>
            {
                redis.KeyPrefix = $"{server.Prefix}{typeof(TEvent).Name}:{shape.Name}:";
                redis.Partitions = shape.Partitions;
                redis.RetainedEvents = BusSide.RetainedEvents / shape.Partitions;
                if (shape.IsCompeting)
                {
                    redis.CompetingGroups.Add(Group);
                }
            });
            _event.Register(bus);
            if (receives)
            {
                bus.Subscription(Group).Handle<TEvent>(Handle);
            }
        }).Services.BuildServiceProvider();

    private Task EachAsync(Func<IEventBus, Task> action) =>
        Task.WhenAll(_members.Select(member => action(member.GetRequiredService<IEventBus>())));

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
