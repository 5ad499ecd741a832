using EventBus.Benchmarks.Redis.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventBus.Benchmarks.Soak.Load;

/// <summary>Makes the buses of the run: each is a member, or a publisher, as a process of an application would be.</summary>
internal sealed class SoakBuses(RedisServer server, SoakLog log)
{
    public const int Partitions = 4;
    public const int RetainedEvents = 10_000;
    public const string Ordered = "soak-ordered";
    public const string Competing = "soak-competing";
    private const int Concurrency = 8;

    public Task<ServiceProvider> StartPublisherAsync() => StartAsync(static _ => { });

    public Task<ServiceProvider> StartMemberAsync(string group, Ledger ledger) =>
        StartAsync(bus => bus.Subscription(group).WithConcurrency(Concurrency).Handle<SoakEvent>((received, _, _) =>
        {
            ledger.Add(received);
            return ValueTask.CompletedTask;
        }));

    public static async Task StopAsync(ServiceProvider services)
    {
        await services.GetRequiredService<IEventBus>().StopAsync();
        await services.DisposeAsync();
    }

    private async Task<ServiceProvider> StartAsync(Action<EventBusBuilder> subscribe)
    {
        var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log))
            .AddEventBus(bus =>
            {
                bus.UseRedis(server.Address, redis =>
                {
                    redis.KeyPrefix = server.Prefix;
                    redis.Partitions = Partitions;
                    redis.RetainedEvents = RetainedEvents;
                    redis.CompetingGroups.Add(Competing);
                });
                bus.Event(SoakEvent.Name, SoakJson.Default.SoakEvent, key: SoakEvent.KeyOf);
                subscribe(bus);
            }).Services.BuildServiceProvider();
        await services.GetRequiredService<IEventBus>().StartAsync();
        return services;
    }
}
