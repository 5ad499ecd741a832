using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>A publisher's end: before, while and after it publishes.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class PublisherEndTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    [Fact]
    public async Task G1_PublisherDisposedBeforeReading_NothingIsLost()
    {
        var world = await NewWorldAsync();
        var publisher = world.Create();
        var events = Numbered.OfKeys(keys: 5, count: 100);
        await world.PublishBatchAsync(events, publisher);
        await publisher.DisposeAsync();

        var group = world.Group();
        await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(events);
        await world.StopMembersAsync();

        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G1_PublisherDisposedWhileReading_NothingIsLost()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var disposed = new Gate();
        await world.StartAsync(bus => bus.On(group, async (@event, token) =>
        {
            if (@event.Number >= 10)
            {
                await disposed.WaitAsync(token);
            }
        }));
        var publisher = world.Create();
        var events = Numbered.OfKeys(keys: 5, count: 100);
        await world.PublishBatchAsync(events, publisher);
        await world.UntilAsync(() => group.Started.Any(seen => seen.Number >= 10), () => "a handler to be held");
        await publisher.DisposeAsync();
        Assert.True(group.Handled.Count < events.Length);
        disposed.Open();

        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G1_DisposedWhilePublishing_WhatCompletedIsStored()
    {
        const int Publishers = 8;
        var world = await NewWorldAsync(Can.RetentionByCount ? new WorldOptions { RetainedEvents = int.MaxValue } : null);
        var member = world.Create();
        var stored = new System.Collections.Concurrent.ConcurrentQueue<Position>();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var publishing = Enumerable.Range(0, Publishers).Select(publisher => Task.Run(async () =>
        {
            for (var number = 0; ; number++)
            {
                stored.Enqueue(await member.Publisher.PublishAsync(new Numbered(number, $"{publisher}")));
                first.TrySetResult();
                await Task.Yield();
            }
        })).ToArray();

        await first.Task.WaitAsync(world.Deadline, TimeProvider.System);
        var publisherOfMember = member.Publisher;
        await member.DisposeAsync();
        foreach (var task in publishing)
        {
            var error = await Record.ExceptionAsync(() => task.WaitAsync(world.Deadline, TimeProvider.System));
            Assert.True(error is ObjectDisposedException or PublishException, $"Publishing ended with {error}");
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await publisherOfMember.PublishAsync(new Numbered(0)));
        Assert.Subset(
            (await world.ReadAsync(world.NumberedTopic)).Select(entry => entry.Position).ToHashSet(), stored.ToHashSet());
    }

    [Fact]
    public async Task Publish_AfterDispose_Throws()
    {
        var world = await NewWorldAsync();
        var member = await world.StartAsync(bus => bus.On(world.Group()));
        var publisher = member.Publisher;
        await publisher.PublishAsync(new Numbered(1));
        await member.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await publisher.PublishAsync(new Numbered(2)));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await publisher.PublishBatchAsync(Numbered.OfOneKey(3)));
        Assert.Single(await world.ReadAsync(world.NumberedTopic));
    }

    [Fact]
    public async Task Dispose_Again_HasNoEffect()
    {
        var world = await NewWorldAsync();
        var member = await world.StartAsync(bus => bus.On(world.Group()));
        var bus = member.Bus;
        await bus.DisposeAsync();
        await bus.DisposeAsync();
        await Task.WhenAll(bus.DisposeAsync().AsTask(), bus.DisposeAsync().AsTask());
        await member.DisposeAsync();
    }

    [Fact]
    public async Task Stop_AgainOrBeforeStarting_HasNoEffect()
    {
        var world = await NewWorldAsync();
        var never = world.Create(bus => bus.On(world.Group()));
        await never.StopAsync();
        var member = await world.StartAsync(bus => bus.On(world.Group()));
        await member.StopAsync();
        await member.StopAsync();
    }

    [Fact]
    public async Task Publish_AfterStop_GoesOn()
    {
        var world = await NewWorldAsync();
        var member = await world.StartAsync(bus => bus.On(world.Group("stopped")));
        await member.StopAsync();
        var events = Numbered.OfOneKey(5);
        await world.PublishBatchAsync(events, member);

        var group = world.Group("running");
        await world.StartAsync(bus => bus.On(group));
        await group.HandledAsync(events);
    }
}
