using EventBus.Tests.Support;
using EventBus.Transports.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Consuming;

public sealed class OtherTypesTests
{
    [Fact]
    public async Task EventsOfOtherTypes_BeyondCapacity_NeitherBlockNorLag()
    {
        var seen = new Seen<string>();
        await using var bus = await TestBus.StartAsync(bus => AddToOneTopic(bus.UseInMemory(options => options.Capacity = 16))
            .Subscription("dogs").Handle<Dog>((e, _, _) => Note(seen, e.Name)));

        await PublishCatsAsync(bus.Publisher, 1_000);

        Assert.Equal(0, Assert.Single(await bus.Log.GetLagAsync("dogs", TestContext.Current.CancellationToken)).Count);
        await bus.Publisher.PublishAsync(new Dog("Rex"), TestContext.Current.CancellationToken);
        Assert.Equal(["Rex"], await seen.CountAsync(1));
    }

    [Fact]
    public async Task EventsOfOtherTypes_BetweenHandledOnes_AreSettledInPassing()
    {
        var seen = new Seen<string>();
        await using var bus = await TestBus.StartAsync(bus => AddToOneTopic(bus.UseInMemory(options => options.Capacity = 64))
            .Subscription("dogs").Handle<Dog>((e, _, _) => Note(seen, e.Name)));

        for (var i = 0; i < 500; i++)
        {
            Animal[] animals = [new Cat("a"), new Dog($"{i}"), new Cat("b")];
            await bus.Publisher.PublishBatchAsync(animals, TestContext.Current.CancellationToken);
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), await seen.CountAsync(500));
        await bus.Bus.StopAsync(TestContext.Current.CancellationToken);
        Assert.InRange(Assert.Single(await bus.Log.GetLagAsync("dogs", TestContext.Current.CancellationToken)).Count, 0, 1);
    }

    [Fact]
    public async Task UnfinishedEvent_WithOtherTypesBehindIt_HoldsPublishersBackUntilItIsSettled()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new Seen<string>();
        await using var bus = await TestBus.StartAsync(bus => AddToOneTopic(bus.UseInMemory(options => options.Capacity = 16))
            .Subscription("dogs").Handle<Dog>(async (e, _, _) =>
            {
                await Note(seen, e.Name);
                await go.Task;
            }));
        await bus.Publisher.PublishAsync(new Dog("Rex"), TestContext.Current.CancellationToken);
        await seen.CountAsync(1);

        var publishing = PublishCatsAsync(bus.Publisher, 100);
        await Assert.ThrowsAsync<TimeoutException>(() => publishing.WaitAsync(
            TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken));
        go.SetResult();

        await publishing.WaitAsync(TestBus.Deadline, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task MembersOfAGroup_WithDifferentTypes_TakeOverWhatTheOtherLeft()
    {
        var broker = new InMemoryBroker();
        var seen = new Seen<string>();
        await using (var first = await TestBus.StartAsync(bus => AddToOneTopic(bus.UseInMemory(broker))
            .Subscription("s").Handle<Dog>((e, _, _) => Note(seen, e.Name))))
        {
            await first.Publisher.PublishAsync(new Dog("Rex"), TestContext.Current.CancellationToken);
            await seen.CountAsync(1);
        }

        await using var second = await TestBus.StartAsync(bus => AddToOneTopic(bus.UseInMemory(broker))
            .Subscription("s").Handle<Cat>((e, _, _) => Note(seen, e.Name)));
        await second.Publisher.PublishAsync(new Dog("Max"), TestContext.Current.CancellationToken);
        await second.Publisher.PublishAsync(new Cat("Tom"), TestContext.Current.CancellationToken);

        Assert.Equal(["Rex", "Tom"], await seen.CountAsync(2));
    }

    private static async Task PublishCatsAsync(IEventPublisher publisher, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await publisher.PublishAsync(new Cat($"{i}"), TestContext.Current.CancellationToken);
        }
    }

    private static EventBusBuilder AddToOneTopic(EventBusBuilder bus) =>
        bus.Event<Cat>("animal.cat", topic: "animals").Event<Dog>("animal.dog", topic: "animals");

    private static ValueTask Note(Seen<string> seen, string text)
    {
        seen.Add(text);
        return ValueTask.CompletedTask;
    }
}
