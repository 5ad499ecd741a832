using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>Back-pressure: memory stays bounded when a group is slow, nothing is lost, and nothing locks up.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class BackPressureTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    private const int Capacity = 16;
    private static readonly WorldOptions OnePartition = new() { Partitions = 1, Capacity = Capacity };

    [Fact]
    public async Task G8_SlowGroup_SlowsThePublisherAndLosesNothing()
    {
        Needs(Can.BackPressure, nameof(Can.BackPressure));
        var world = await NewWorldAsync(OnePartition);
        var (slow, quick) = (world.Group("slow"), world.Group("quick"));
        var gate = new Gate();
        await world.StartAsync(bus => bus.On(slow, async (_, token) => await gate.WaitAsync(token)));
        await world.StartAsync(bus => bus.On(quick));
        var events = Numbered.OfOneKey(10 * Capacity);
        await world.PublishAllAsync(events[..Capacity]);
        await slow.StartedAsync(1);

        var publishing = world.PublishAllAsync(events[Capacity..]);
        await quick.HandledAsync(events[..Capacity]);
        Assert.False(publishing.IsCompleted);
        Assert.Equal(Capacity, (await world.ReadAsync(world.NumberedTopic)).Count);

        gate.Open();
        await publishing;
        await slow.HandledAsync(events);
        await quick.HandledAsync(events);
        await world.StopMembersAsync();
        slow.AssertEachOnceInOrder(events);
        quick.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G1_RetentionIsShort_ASlowGroupWithAMemberLosesNothing()
    {
        Needs(Can.RetentionByCount, nameof(Can.RetentionByCount));
        var world = await NewWorldAsync(new WorldOptions { Partitions = 1, RetainedEvents = 10 });
        var group = world.Group();
        var gate = new Gate();
        await world.StartAsync(bus => bus.On(group, async (_, token) => await gate.WaitAsync(token)));
        var events = Numbered.OfOneKey(5_000);
        await world.PublishBatchAsync(events);
        await group.StartedAsync(1);
        Assert.Equal(events.Length, (await world.ReadAsync(world.NumberedTopic)).Count);

        gate.Open();
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G8_SlowGroupAndManyPublishers_NothingIsLost()
    {
        Needs(Can.BackPressure, nameof(Can.BackPressure));
        const int Publishers = 10;
        var world = await NewWorldAsync(OnePartition);
        var group = world.Group();
        await world.StartAsync(bus => bus.On(group, (_, token) => Subscribing.WorkAsync(token)).WithConcurrency(8));
        var published = await Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher => Task.Run(async () =>
        {
            Numbered[] events = [.. Enumerable.Range(0, 40).Select(number => new Numbered(number, $"{publisher}"))];
            await world.PublishBatchAsync(events[..(3 * Capacity / 2)]);
            await world.PublishAllAsync(events[(3 * Capacity / 2)..]);
            return events;
        })));
        Numbered[] all = [.. published.SelectMany(events => events)];
        await group.HandledAsync(all);
        await world.StopMembersAsync();

        group.AssertEachOnceInOrder(all);
    }

    [Fact]
    public async Task G8_PublisherGivesUpWaiting_TheOthersGoOn()
    {
        Needs(Can.BackPressure, nameof(Can.BackPressure));
        var world = await NewWorldAsync(OnePartition);
        var group = world.Group();
        var gate = new Gate();
        await world.StartAsync(bus => bus.On(group, async (_, token) => await gate.WaitAsync(token)));
        var events = Numbered.OfOneKey(Capacity + 2);
        await world.PublishAllAsync(events[..Capacity]);
        using var giveUp = new CancellationTokenSource();
        var impatient = world.Outside.Publisher.PublishAsync(new Numbered(-1, "key-0"), giveUp.Token).AsTask();
        var patient = world.PublishAllAsync(events[Capacity..]);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.False(patient.IsCompleted);
        gate.Open();
        await patient;
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G8_DisposedWhilePublishersWait_TheirCallsEnd()
    {
        Needs(Can.BackPressure, nameof(Can.BackPressure));
        var world = await NewWorldAsync(OnePartition);
        var group = world.Group();
        var gate = new Gate();
        await world.StartAsync(bus => bus.On(group, async (_, token) => await gate.WaitAsync(token)));
        var events = Numbered.OfOneKey(Capacity);
        await world.PublishAllAsync(events);
        var publisher = world.Create();
        var waiting = publisher.Publisher.PublishAsync(new Numbered(-1, "key-0")).AsTask();
        await publisher.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(world.Deadline, TimeProvider.System));
        gate.Open();
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G8_GroupWithoutMembers_SlowsNobody()
    {
        var world = await NewWorldAsync(Can.BackPressure ? OnePartition : null);
        var (stopped, running) = (world.Group("stopped"), world.Group("running"));
        var member = await world.StartAsync(bus => bus.On(stopped));
        await world.StartAsync(bus => bus.On(running));
        await member.StopAsync();
        var events = Numbered.OfOneKey(10 * Capacity);
        await world.PublishAllAsync(events);
        await running.HandledAsync(events);
        await world.StopMembersAsync();

        running.AssertEachOnceInOrder(events);
        Assert.Empty(stopped.Handled);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task G8_HandlerPublishesToItsOwnFullTopic_GoesOn(int concurrency)
    {
        const int Generations = 7;
        var world = await NewWorldAsync(Can.BackPressure ? new WorldOptions { Partitions = 1, Capacity = 4 } : null);
        var group = world.Group();
        await world.StartAsync(bus => bus.On(group, async (@event, context, token) =>
        {
            // The children of n are 2n and 2n + 1: more than the topic has room for, from every handler.
            if (@event.Number < 1 << (Generations - 1))
            {
                var publisher = context.Services.GetRequiredService<IEventPublisher>();
                await publisher.PublishAsync(new Numbered(2 * @event.Number, $"{@event.Number % 5}"), token);
                await publisher.PublishAsync(new Numbered((2 * @event.Number) + 1), token);
            }
        }).WithConcurrency(concurrency));
        await world.PublishAsync(new Numbered(1));
        await group.HandledAsync((1 << Generations) - 1);
        await world.StopMembersAsync();

        Assert.Equal(Enumerable.Range(1, (1 << Generations) - 1), group.HandledNumbers.Order());
    }

    [Fact]
    public async Task G8_MaxInFlight_IsNeverExceeded()
    {
        const int Most = 10;
        var world = await NewWorldAsync();
        var slow = world.Group();
        var gate = new Gate();
        var events = Numbered.WithoutKey(500);
        await world.PublishAllAsync(events);
        await world.StartAsync(bus => bus.On(slow, async (_, token) => await gate.WaitAsync(token))
            .WithConcurrency(100).Configure(options => options.MaxInFlight = Most));
        await slow.StartedAsync(Most);

        // That nothing more is begun can only be seen by giving it the time to.
        await Assert.ThrowsAsync<TimeoutException>(
            () => world.Changes.UntilAsync(() => slow.Started.Count > Most, TimeSpan.FromMilliseconds(250)));
        Assert.Equal(Most, slow.Started.Count);

        gate.Open();
        await slow.HandledAsync(events);
        await world.StopMembersAsync();
        slow.AssertEachOnce(events);
        Assert.Equal(Most, slow.MostRunning);
    }
}
