using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;
using EventBus.Testing;

namespace EventBus.Conformance;

/// <summary>A broker that goes away and comes back, and one that errs: shown through faults that are put in front of the transport.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class OutageTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(150);

    // Timers may be early by less than one of their ticks.
    private static readonly TimeSpan TimerTick = TimeSpan.FromMilliseconds(15);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task G10_BrokerAway_PublishingFailsAtItsTimeoutAndSaysWhy(int batch)
    {
        var world = await NewWorldAsync();
        var plan = new FaultPlan { PublishTimeout = Short };
        var publisher = world.Create(bus => bus.UseFaults(plan)).Publisher;
        plan.Cut();
        var start = TimeProvider.System.GetTimestamp();

        var error = await Assert.ThrowsAsync<PublishException>(() => batch == 1
            ? publisher.PublishAsync(new Numbered(0)).AsTask()
            : publisher.PublishBatchAsync(Numbered.OfKeys(keys: 2, count: batch)).AsTask());

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), Short - TimerTick, world.Deadline);
        Assert.True(error.IsOutage);
        Assert.Equal((world.NumberedTopic, 0), (error.Topic, error.Stored));
        Assert.Contains("away", error.Message, StringComparison.Ordinal);
        plan.Restore();
        Assert.Empty(await world.ReadAsync(world.NumberedTopic));
        await publisher.PublishAsync(new Numbered(1));
        Assert.Single(await world.ReadAsync(world.NumberedTopic));
    }

    [Fact]
    public async Task G10_BrokerBackInTime_WhatWaitedIsPublishedInItsOrder()
    {
        var world = await NewWorldAsync();
        var plan = new FaultPlan { PublishTimeout = world.Deadline };
        var group = world.Group();
        var member = await world.StartAsync(bus => bus.On(group).WithConcurrency(4));
        var publisher = world.Create(bus => bus.UseFaults(plan)).Publisher;
        var events = Numbered.OfKeys(keys: 3, count: 30);
        plan.Cut();

        var publishing = events.Select(@event => publisher.PublishAsync(@event).AsTask()).ToArray();
        Assert.DoesNotContain(publishing, task => task.IsCompleted);
        plan.Restore();
        await Task.WhenAll(publishing).WaitAsync(world.Deadline, TimeProvider.System);

        await group.HandledAsync(events);
        await member.StopAsync();
        group.AssertEachOnceInOrder(events);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task G10_BrokerAwayWhileConsuming_HandlingPausesAndGoesOnByItself(int concurrency)
    {
        var world = await NewWorldAsync();
        var plan = new FaultPlan();
        var group = world.Group();
        await world.StartAsync(bus => bus.UseFaults(plan).On(group, (_, token) => Subscribing.WorkAsync(token)).WithConcurrency(concurrency));
        var events = Numbered.OfKeys(keys: 5, count: 200);
        var (before, meanwhile, after) = (events[..80], events[80..140], events[140..]);
        await world.PublishAllAsync(before);
        await group.HandledAsync(20);

        plan.Cut();
        await world.PublishAllAsync(meanwhile);
        await world.UntilAsync(() => group.Running == 0, () => "the handlers to end");
        Assert.DoesNotContain(group.Started, seen => seen.Number >= meanwhile[0].Number);
        plan.Restore();
        await world.PublishAllAsync(after);

        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachAtLeastOnce(events);
        group.AssertOrder(events);
        Assert.Empty(group.Failed);
    }

    [Fact]
    public async Task G10_BrokerAwayWhenHandlersEnd_TheirEventsComeAgainAndNoAttemptFails()
    {
        var world = await NewWorldAsync();
        var plan = new FaultPlan();
        var group = world.Group();
        var gate = new Gate();
        await world.StartAsync(bus => bus.UseFaults(plan).On(group, async (_, token) => await gate.WaitAsync(token)).WithConcurrency(4));
        var events = Numbered.OfKeys(keys: 4, count: 20);
        await world.PublishAllAsync(events);
        await group.StartedAsync(4);

        plan.Cut();
        gate.Open();
        await group.HandledAsync(4);
        plan.Restore();

        await world.UntilAsync(
            () => group.Handled.Count(seen => seen.Number < 4) >= 8, () => "what could not be settled to come again");
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertOrder(events);
        Assert.Empty(group.Failed);
    }

    [Fact]
    public async Task G10_HandlersThatPublishIntoAnOutage_BurnNoAttemptAndNothingDies()
    {
        const int Attempts = 2;
        var world = await NewWorldAsync();
        var plan = new FaultPlan { PublishTimeout = TimeSpan.FromMilliseconds(10) };
        var group = world.Group();

        // The handlers' publishing is cut off, their consuming is not: it is they that meet the outage, and more often than they may fail.
        var publisher = world.Create(bus => bus.UseFaults(plan)).Publisher;
        await world.StartAsync(bus => bus.On(group, async (@event, _, token) => await publisher.PublishAsync(new OrderPlaced(@event.Number), token))
            .WithConcurrency(4)
            .WithRetry(retry =>
            {
                retry.Attempts = Attempts;
                retry.Delay = TimeSpan.FromMilliseconds(1);
            })
            .WithDeadLetters());
        var events = Numbered.OfKeys(keys: 2, count: 6);
        plan.Cut();
        await world.PublishAllAsync(events);
        await world.UntilAsync(() => group.Failed.Count > 2 * Attempts, () => "handlers to meet the outage");
        plan.Restore();

        await group.HandledAsync(events);
        await world.StopMembersAsync();
        Assert.All(group.Failed, failure => Assert.True(failure.Error is PublishException { IsOutage: true }, $"{failure.Error}"));
        Assert.All(group.Handled, seen => Assert.Equal(1, seen.Attempt));
        group.AssertEachOnceInOrder(events);
        Assert.Equal(0, await world.Outside.DeadLetters.CountAsync(group.Name));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 8)]
    [InlineData(3, 8)]
    public async Task G10_SeededFaults_LoseNothingAndKeepTheOrderOfKeys(int seed, int concurrency)
    {
        const int Keys = 6;
        const int Round = 120;
        const int MostRounds = 50;
        var world = await NewWorldAsync();
        var plan = new FaultPlan(seed)
        {
            RandomPrefix = world.Topic(string.Empty),
            PublishErrors = 0.1,
            LostAcknowledgements = 0.1,
            Duplicates = 0.1,
            ReceiveErrors = 0.25,
            Reorderings = 0.5,
            Delays = 0.2,
            LongestDelay = TimeSpan.FromMilliseconds(4),
            Cuts = 0.01,
            LongestCut = TimeSpan.FromMilliseconds(60),
            PublishTimeout = TimeSpan.FromMilliseconds(30),
        };
        var group = world.Group();
        var member = await world.StartAsync(
            bus => bus.UseFaults(plan).On(group, (_, token) => Subscribing.WorkAsync(token)).WithConcurrency(concurrency));

        // As many rounds as it takes for each kind of fault to come.
        List<Numbered> events = [];
        while (events.Count < Round || (FaultsMissing(plan).Any() && events.Count < MostRounds * Round))
        {
            var round = Numbered.OfKeys(Keys, count: Round, from: events.Count);
            events.AddRange(round);
            await Task.WhenAll(round.GroupBy(@event => @event.Key).Select(async key =>
            {
                foreach (var @event in key)
                {
                    await PublishUntilStoredAsync(member.Publisher, @event).WaitAsync(world.Deadline, TimeProvider.System);
                }
            }));
            await group.HandledAsync(events);
        }

        await world.StopMembersAsync();
        group.AssertEachAtLeastOnce(events);
        group.AssertOrder(events);
        Assert.Empty(group.Failed);
        Assert.Empty(FaultsMissing(plan));
    }

    private static IEnumerable<FaultKind> FaultsMissing(FaultPlan plan) =>
        Enum.GetValues<FaultKind>().Except(plan.Injected.Select(fault => fault.Kind));

    private static async Task PublishUntilStoredAsync(IEventPublisher publisher, Numbered @event)
    {
        while (true)
        {
            try
            {
                await publisher.PublishAsync(@event);
                return;
            }
            catch (PublishException)
            {
                // As a caller does that must not lose the event: it may be stored twice.
            }
        }
    }
}
