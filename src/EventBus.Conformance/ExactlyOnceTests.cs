using System.Collections.Concurrent;
using System.Text.Json;
using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Conformance;

/// <summary>Exactly once: what handlers publish is stored together with the settlement of the event that they handle, or not at all.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class ExactlyOnceTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    private const int Events = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task ExactlyOnce_HandlersPublish_OneOutputForEach(int concurrency)
    {
        var world = await NewTransactionalWorldAsync();
        var group = world.Group();
        var positions = new ConcurrentBag<Position>();
        await world.StartAsync(bus => bus.On(group, async (@event, context, token) =>
            positions.Add(await PublishAsync(context, @event.Number, token))).WithConcurrency(concurrency).WithExactlyOnce());
        var events = Numbered.OfKeys(keys: 7, count: Events);
        await world.PublishAllAsync(events);

        await OutputsAsync(world, Events);
        await world.StopMembersAsync();

        group.AssertEachOnceInOrder(events);
        Assert.All(positions, position => Assert.Equal(-1, position.Partition));
        Assert.Equal(Enumerable.Range(0, Events), (await OutputsAsync(world, Events)).Order());
    }

    [Fact]
    public async Task ExactlyOnce_AttemptFailsAfterPublishing_OnlyTheSuccessIsPublished()
    {
        var world = await NewTransactionalWorldAsync();
        var group = world.Group();
        await world.StartAsync(bus => bus.On(group, async (@event, context, token) =>
        {
            await PublishAsync(context, @event.Number, token);
            if (context.Attempt < 3 && @event.Number % 10 == 0)
            {
                throw new InvalidOperationException("It fails on purpose, after it has published.");
            }
        }).WithConcurrency(8).WithRetry(retry => retry.Delay = TimeSpan.FromMilliseconds(1)).WithExactlyOnce());
        await world.PublishAllAsync(Numbered.OfKeys(keys: 7, count: Events));

        await OutputsAsync(world, Events);
        await world.StopMembersAsync();
        Assert.Equal(Enumerable.Range(0, Events), (await OutputsAsync(world, Events)).Order());
        Assert.Equal(2 * Events / 10, group.Failed.Count);
    }

    [Fact]
    public async Task ExactlyOnce_EventThatDies_PublishesNothing()
    {
        var world = await NewTransactionalWorldAsync();
        var group = world.Group();
        await world.StartAsync(bus => bus.On(group, async (@event, context, token) =>
        {
            await PublishAsync(context, @event.Number, token);
            if (@event.Number == 0)
            {
                throw new DoNotRetryException("It fails on purpose, after it has published.");
            }
        }).WithDeadLetters().WithExactlyOnce());
        await world.PublishAllAsync(Numbered.OfKeys(keys: 1, count: Events));

        await OutputsAsync(world, Events - 1);
        await world.StopMembersAsync();
        Assert.Equal(Enumerable.Range(1, Events - 1), await OutputsAsync(world, Events - 1));
    }

    [Fact]
    public async Task ExactlyOnce_RetriedOutOfOrder_ComesBackOnce()
    {
        var world = await NewTransactionalWorldAsync();
        var group = world.Group();
        await world.StartAsync(bus => bus.On(group, async (@event, context, token) =>
        {
            await PublishAsync(context, @event.Number, token);
            if (context.Attempt == 1 && @event.Number % 10 == 0)
            {
                throw new InvalidOperationException("It fails on purpose, after it has published.");
            }
        }).WithRetry(retry =>
        {
            retry.InOrder = false;
            retry.Delay = TimeSpan.FromMilliseconds(1);
        }).WithExactlyOnce());
        await world.PublishAllAsync(Numbered.OfKeys(keys: 7, count: Events));

        await OutputsAsync(world, Events);
        await world.StopMembersAsync();
        Assert.Equal(Enumerable.Range(0, Events), (await OutputsAsync(world, Events)).Order());
    }

    [Fact]
    public async Task ExactlyOnce_MembersComeAndGo_OneOutputForEach()
    {
        var world = await NewTransactionalWorldAsync();
        var group = world.Group();
        void Transform(EventBusBuilder bus) => bus.On(group, async (@event, context, token) => await PublishAsync(context, @event.Number, token))
            .WithConcurrency(4).WithExactlyOnce();
        var first = await world.StartAsync(Transform);
        var events = Numbered.OfKeys(keys: 20, count: 5 * Events);
        var publishing = world.PublishAllAsync(events);
        await group.HandledAsync(Events);
        await world.StartAsync(Transform);
        await group.HandledAsync(2 * Events);
        await first.StopAsync();
        await publishing;

        await OutputsAsync(world, events.Length);
        await world.StopMembersAsync();
        Assert.Equal(Enumerable.Range(0, events.Length), (await OutputsAsync(world, events.Length)).Order());
    }

    [Fact]
    public async Task ExactlyOnce_MemberDies_OneOutputForEach()
    {
        Needs(Can.Kill, nameof(Can.Kill));
        Needs(Can.ReadCommitted, nameof(Can.ReadCommitted));
        var world = await NewTransactionalWorldAsync();
        var group = world.Group();
        void Transform(EventBusBuilder bus) => bus.On(group, async (@event, context, token) => await PublishAsync(context, @event.Number, token))
            .WithConcurrency(4).WithExactlyOnce();
        var doomed = await world.StartAsync(Transform);
        var events = Numbered.OfKeys(keys: 20, count: 5 * Events);
        var publishing = world.PublishAllAsync(events);
        await group.HandledAsync(Events);
        await doomed.KillAsync();
        await world.StartAsync(Transform);
        await publishing;

        await OutputsAsync(world, events.Length);
        await world.StopMembersAsync();
        Assert.Equal(Enumerable.Range(0, events.Length), (await OutputsAsync(world, events.Length)).Order());
    }

    private static ValueTask<Position> PublishAsync(EventContext context, int number, CancellationToken token) =>
        context.Services.GetRequiredService<IEventPublisher>().PublishAsync(new OrderPlaced(number), new PublishOptions { Key = "one" }, token);

    // All in one partition.
    private static async Task<int[]> OutputsAsync(World world, int count)
    {
        int[] outputs = [];
        await world.EventuallyAsync(
            async () =>
            {
                var entries = await world.ReadAsync(world.Topic("order.placed"));
                outputs = [.. entries.Select(static entry => NumberOf(entry.Envelope))];
                return outputs.Length >= count;
            },
            () => $"{count} events to come out; there are {outputs.Length}");
        return outputs;
    }

    private static int NumberOf(Envelope envelope) =>
        (envelope.Value as OrderPlaced ?? JsonSerializer.Deserialize(envelope.Data.Span, ConformanceJson.Default.OrderPlaced)!).Number;

    private async Task<World> NewTransactionalWorldAsync()
    {
        Needs(Can.Transactions, nameof(Can.Transactions));
        return await NewWorldAsync();
    }
}
