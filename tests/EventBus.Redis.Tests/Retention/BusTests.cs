using EventBus.Redis.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Redis.Tests.Retention;

/// <summary>Retention as an application meets it: nothing but settings.</summary>
public sealed class BusTests(TestRedis redis)
{
    private const int Kept = 50;
    private const int Count = 2_000;

    [Fact]
    public async Task Bus_ItsGroupsHaveHandledEverything_TopicIsTrimmed()
    {
        await using var world = new RetentionWorld(redis);
        var left = new CountdownEvent(2 * Count);
        await using var services = NewBus(world, bus =>
        {
            Handle(bus, "first", left);
            Handle(bus, "second", left);
        });
        await using var bus = services.GetRequiredService<IEventBus>();
        await bus.StartAsync();
        await PublishAsync(services);
        await world.Of("numbers").UntilLengthAsync(Kept);
        Assert.True(left.IsSet);
    }

    [Fact]
    public async Task Bus_OneGroupIsSlow_GetsEverythingAndThenTopicIsTrimmed()
    {
        await using var world = new RetentionWorld(redis);
        var quick = new CountdownEvent(Count);
        var slow = new CountdownEvent(Count);
        await using var services = NewBus(world, bus =>
        {
            Handle(bus, "quick", quick);
            Handle(bus, "slow", slow);
        });
        await using var bus = services.GetRequiredService<IEventBus>();
        await bus.StartAsync();
        await bus.PauseAsync("slow", TestContext.Current.CancellationToken);
        await PublishAsync(services);
        var partition = world.Of("numbers");

        // It has looked at the topic, and seen that the slow group is among those that hold.
        var keeper = world.NewKeeper();
        await RetentionWorld.UntilAsync(async () =>
        {
            await world.Admin.KeyDeleteAsync(world.Keys.Keeper);
            await RetentionWorld.LookAsync(keeper);
            return quick.IsSet;
        });
        Assert.Equal(Count, await partition.LengthAsync());

        await bus.ResumeAsync("slow", TestContext.Current.CancellationToken);
        await partition.UntilLengthAsync(Kept);
        Assert.True(slow.IsSet);
    }

    private static ServiceProvider NewBus(RetentionWorld world, Action<EventBusBuilder> configure)
    {
        world.Options.RetainedEvents = Kept;
        return new ServiceCollection().AddEventBus(bus =>
        {
            bus.UseRedis(world.Configuration, options =>
            {
                options.KeyPrefix = world.Options.KeyPrefix;
                options.RetainedEvents = Kept;
                options.Partitions = 1;
            });
            bus.Event<Number>("number", topic: "numbers");
            configure(bus);
        }).Services.BuildServiceProvider();
    }

    private static void Handle(EventBusBuilder bus, string group, CountdownEvent left) =>
        bus.Subscription(group).Handle<Number>((_, _, _) =>
        {
            left.Signal();
            return ValueTask.CompletedTask;
        });

    private static async Task PublishAsync(ServiceProvider services) =>
        await services.GetRequiredService<IEventPublisher>().PublishBatchAsync(
            Enumerable.Range(0, Count).Select(number => new Number(number)).ToArray(), cancellationToken: TestContext.Current.CancellationToken);

    private sealed record Number(int Value);
}
