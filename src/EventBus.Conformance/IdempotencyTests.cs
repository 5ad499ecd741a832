using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;
using EventBus.Idempotency;

namespace EventBus.Conformance;

/// <summary>
/// Idempotency: what a group has handled to the end is not handled again within the window, by any member. The members of a test share
/// the store that a bus with this transport has by itself.
/// </summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class IdempotencyTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    private const int Events = 60;
    private const int Keys = 12;

    // A machine that runs many suites at once may leave a timer waiting for seconds: a lease that is renewed by its half has to outlast that.
    private const int LeasesInADeadline = 2;
    private static readonly TimeSpan LongLease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortWindow = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task G6_IdPublishedTwice_IsHandledOnceByAnyMember(int concurrency)
    {
        var world = await NewWorldAsync(new WorldOptions { Partitions = 4 });
        var group = world.Group();
        var shared = SharedStore(world);
        await world.StartAsync(2, group, bus => On(bus, group, new MemberStore(world, shared)).WithConcurrency(concurrency));
        var events = Numbered.OfKeys(Keys, Events);
        await PublishAsync(world, events);
        await PublishAsync(world, events);
        var last = await PublishLastAsync(world, group);

        await world.StopMembersAsync();
        group.AssertEachOnceInOrder([.. events, .. last]);
    }

    [Fact]
    public async Task G6_MemberThatHandledItStops_TheNextDoesNotHandleItAgain()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var shared = SharedStore(world);
        var first = await world.StartAsync(bus => On(bus, group, new MemberStore(world, shared)));
        var events = Numbered.OfKeys(Keys, Events);
        await PublishAsync(world, events);
        await group.HandledAsync(events);
        await first.StopAsync();

        await world.StartAsync(bus => On(bus, group, new MemberStore(world, shared)));
        await PublishAsync(world, events);
        var last = await PublishLastAsync(world, group);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder([.. events, .. last]);
    }

    [Fact]
    public async Task G6_TwoDeliveriesAtOnce_OneRunsAndTheOtherDoesNot()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var gate = new Gate();
        var store = new MemberStore(world, SharedStore(world));
        await world.StartAsync(bus => On(bus, group, store, gate).WithConcurrency(4));
        Numbered[] twice = [new(0, "one"), new(0, "other")];
        await PublishAsync(world, twice);

        await world.UntilAsync(() => store.CountOf(IdempotencyState.Running) > 0, () => "the second delivery to come while the first runs");

        // Whoever owns the id may still be on the way from its claim to its handler.
        await group.StartedAsync(1);
        Assert.Single(group.Started);
        gate.Open();
        await world.UntilAsync(() => store.CountOf(IdempotencyState.Done) > 0, () => "the second delivery to find the first done");
        await world.StopMembersAsync();
        Assert.Single(group.Started);
        Assert.Single(group.Handled);
    }

    [Fact]
    public async Task G6_DeliveriesAtOnceToTwoMembers_OneRunsAndTheOthersDoNot()
    {
        var world = await NewWorldAsync(new WorldOptions { Partitions = 6 });
        Needs(world.Partitions > 1, "several partitions");
        Needs(Can.KeyOrder, $"{nameof(Can.KeyOrder)}, which gives each member events");
        var group = world.Group();
        var gate = new Gate();
        var shared = SharedStore(world);
        var stores = new List<MemberStore>();
        await world.StartAsync(2, group, bus =>
        {
            stores.Add(new MemberStore(world, shared));
            On(bus, group, stores[^1], gate).WithConcurrency(4);
        });
        await PublishAsync(world, [.. Enumerable.Range(0, 2 * Keys).Select(key => new Numbered(0, $"key-{key}"))]);

        await world.UntilAsync(
            () => stores.TrueForAll(store => store.CountOf(IdempotencyState.Running) > 0), () => "both members to find it running");
        await group.StartedAsync(1);
        Assert.Single(group.Started);
        gate.Open();
        await world.UntilAsync(
            () => stores.Sum(store => store.CountOf(IdempotencyState.Done)) == (2 * Keys) - 1, () => "all others to find it done");
        await world.StopMembersAsync();
        Assert.Single(group.Started);
    }

    [Fact]
    public async Task G6_FailedRun_FreesTheId()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var store = new MemberStore(world, SharedStore(world));
        await world.StartAsync(bus => bus.With(store).On(group, (@event, context, _) => context.Attempt == 1 && @event.Number == 0
            ? throw new InvalidOperationException("It fails on purpose.")
            : ValueTask.CompletedTask).WithIdempotency().WithConcurrency(4));
        var events = Numbered.OfOneKey(2);
        await PublishAsync(world, [events[0], events[0], events[1]]);
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        Assert.Equal(0, Assert.Single(group.Failed).Seen.Number);
        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G6_OwnerIsKilled_AnotherMemberRunsWhenTheLeaseIsOver()
    {
        Needs(Can.Kill, nameof(Can.Kill));
        var world = await NewWorldAsync();
        var group = world.Group();
        var never = new Gate();
        var shared = SharedStore(world);
        var (doomedStore, heirStore) = (new MemberStore(world, shared), new MemberStore(world, shared));
        var lease = ShortLease(world);
        var doomed = await world.StartAsync(bus => On(bus, group, doomedStore, never, lease));
        var @event = new Numbered(0, "key");
        await PublishAsync(world, [@event]);
        await group.StartedAsync(1);

        doomedStore.Die();
        await doomed.KillAsync();
        var heir = await world.StartAsync(bus => On(bus, group, heirStore));
        await group.HandledAsync([@event]);

        await world.StopMembersAsync();
        Assert.True(heirStore.CountOf(IdempotencyState.Running) > 0, "The dead owner's lease did not hold.");
        Assert.Equal(heir, Assert.Single(group.Handled).Member);
    }

    [Fact]
    public async Task G6_HandlerLongerThanTheLease_KeepsTheIdWhileItRuns()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var gate = new Gate();
        var store = new MemberStore(world, SharedStore(world));
        var lease = ShortLease(world);
        await world.StartAsync(bus => On(bus, group, store, gate, lease).WithConcurrency(4));
        await PublishAsync(world, [new(0, "one"), new(0, "other")]);
        await group.StartedAsync(1);

        var start = TimeProvider.System.GetTimestamp();
        await world.UntilAsync(
            () => TimeProvider.System.GetElapsedTime(start) > 1.25 * lease && store.CountOf(IdempotencyState.Running) > 0,
            () => "more than a lease to pass, with the other delivery put back again and again");
        gate.Open();
        await world.UntilAsync(() => store.CountOf(IdempotencyState.Done) > 0, () => "the other delivery to find the first done");
        await world.StopMembersAsync();
        Assert.Single(group.Started);
    }

    [Fact]
    public async Task G6_WindowIsOver_TheIdIsHandledAgain()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var store = new MemberStore(world, SharedStore(world));
        await world.StartAsync(bus => On(bus, group, store).Configure(options => options.IdempotencyWindow = ShortWindow));
        var @event = new Numbered(0, "key");
        await world.EventuallyAsync(
            async () =>
            {
                await PublishAsync(world, [@event]);
                return group.Handled.Count > 1;
            },
            () => "an id to be handled again after its window");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task G6_DuplicatesInABatch_AreHandledOnce(int concurrency)
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var store = new MemberStore(world, SharedStore(world));
        var handler = new Collecting();
        var events = Numbered.OfKeys(Keys, Events);
        await PublishAsync(world, [.. events, .. events]);
        await world.StartAsync(bus =>
        {
            bus.With(store).Subscription(group.Name).HandleBatch(handler, maxSize: 2 * Events, maxWait: ShortWindow)
                .WithIdempotency().WithConcurrency(concurrency);
        });

        await group.HandledAsync(events);
        await world.UntilAsync(() => store.CountOf(IdempotencyState.Done) >= Events, () => "every duplicate to find its event done");
        await world.StopMembersAsync();
        Assert.Equal(events.Select(@event => @event.Number), handler.Numbers.Order());
    }

    [Fact]
    public async Task G6_BusinessKey_CountsInPlaceOfTheId()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var store = new MemberStore(world, SharedStore(world));
        await world.StartAsync(bus => bus.With(store).On(group).WithIdempotency<Numbered>(@event => $"{@event.Number}"));
        var events = Numbered.OfKeys(Keys, Events);
        await world.PublishAllAsync([.. events, .. events]);
        var last = await PublishLastAsync(world, group);

        await world.StopMembersAsync();
        group.AssertEachOnceInOrder([.. events, .. last]);
    }

    private static IIdempotencyStore SharedStore(World world) => world.Outside.Service<IIdempotencyStore>();

    // Where a deadline is long, because the machine is slow, a lease has to last longer too.
    private static TimeSpan ShortLease(World world) =>
        world.Deadline / LeasesInADeadline is var lease && lease < LongLease ? lease : LongLease;

    private static SubscriptionBuilder On(
        EventBusBuilder bus, Group group, MemberStore store, Gate? gate = null, TimeSpan? lease = null) =>
        bus.With(store).On(group, async (_, token) => await (gate?.WaitAsync(token) ?? Task.CompletedTask))
            .WithIdempotency().Configure(options => options.IdempotencyLease = lease ?? options.IdempotencyLease);

    // An event's number is its id: what is published again is a duplicate.
    private static async Task PublishAsync(World world, Numbered[] events)
    {
        foreach (var @event in events)
        {
            await world.PublishAsync(@event, new PublishOptions { Id = $"event {@event.Number}" });
        }
    }

    /// <summary>An event of each key behind all others; when they have been handled, everything before has been settled.</summary>
    private static async Task<Numbered[]> PublishLastAsync(World world, Group group)
    {
        var last = Numbered.OfKeys(Keys, Keys, from: Events);
        await world.PublishAllAsync(last);
        await group.HandledAsync(last);
        return last;
    }

    private sealed class Collecting : IBatchEventHandler<Numbered>
    {
        private readonly Lock _lock = new();
        private readonly List<int> _numbers = [];

        public int[] Numbers
        {
            get
            {
                lock (_lock)
                {
                    return [.. _numbers];
                }
            }
        }

        public ValueTask HandleAsync(EventBatch<Numbered> batch, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                _numbers.AddRange(batch.Select(@event => @event.Number));
            }

            return ValueTask.CompletedTask;
        }
    }
}
