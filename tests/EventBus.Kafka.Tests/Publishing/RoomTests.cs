using EventBus.Kafka.Brokers;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Kafka.Tests.Publishing;

/// <summary>Publishers that find no room, because the brokers are away.</summary>
public sealed class RoomTests : IAsyncLifetime
{
    private readonly MockCluster _cluster = new();
    private NotedBus? _bus;

    private IEventPublisher Publisher => _bus!.Services.GetRequiredService<IEventPublisher>();

    [Fact]
    public async Task Publishers_WithoutRoom_WaitInOrderUntilTheBrokersAreBack()
    {
        var first = (await StartAsync(TimeSpan.FromMinutes(2))).Offset.Major;
        _cluster.SetAllDown();

        var publishing = Enumerable.Range(1, 20).Select(number => _bus!.PublishAsync(new Noted("k", number))).ToArray();
        var batch = Publisher.PublishBatchAsync(
            Enumerable.Range(21, 5).Select(static number => new Noted("k", number)), TestContext.Current.CancellationToken).AsTask();
        Assert.DoesNotContain(publishing, static one => one.IsCompleted);
        Assert.False(batch.IsCompleted);
        _cluster.SetAllUp();

        var positions = await Task.WhenAll(publishing).Within();
        await batch.Within();
        Assert.Equal(Enumerable.Range(1, 20).Select(number => first + (ulong)number), positions.Select(static position => position.Offset.Major));
        Assert.Equal(Enumerable.Range(0, 26), await NumbersAsync());
    }

    [Fact]
    public async Task Publishers_WithoutRoomForTooLong_AreToldThatNothingWasStored()
    {
        await StartAsync(TimeSpan.FromSeconds(3));
        _cluster.SetAllDown();

        var failures = await Task.WhenAll(Enumerable.Range(1, 5).Select(async number =>
            await Assert.ThrowsAsync<PublishException>(() => _bus!.PublishAsync(new Noted("k", number))))).Within();

        Assert.All(failures, static failure => Assert.True(failure.IsOutage, failure.ToString()));
        Assert.All(failures, static failure => Assert.StartsWith("The event for 'noted' was not stored: ", failure.Message, StringComparison.Ordinal));
        Assert.Contains(failures, static failure => failure.Message.Contains("EventBus:Kafka:PublishTimeout", StringComparison.Ordinal));
        _cluster.SetAllUp();
        await _bus!.PublishAsync(new Noted("k", 6));
        Assert.Equal([0, 6], await NumbersAsync());
    }

    [Fact]
    public async Task Event_SentWithoutAnAnswer_IsToldAsPerhapsStored()
    {
        await StartAsync(TimeSpan.FromSeconds(3));
        foreach (var proxy in _cluster.Proxies)
        {
            proxy.Stall();
        }

        var failure = await Assert.ThrowsAsync<PublishException>(() => _bus!.PublishAsync(new Noted("k", 1)));

        Assert.True(failure.IsOutage, failure.ToString());
        Assert.StartsWith(
            "The event for 'noted' could not be stored, and it is not known whether it was: ", failure.Message, StringComparison.Ordinal);
        foreach (var proxy in _cluster.Proxies)
        {
            proxy.Resume();
        }
    }

    [Fact]
    public async Task Publisher_GivenUpWhileItWaits_StoresNothing()
    {
        await StartAsync(TimeSpan.FromMinutes(2));
        using var giveUp = new CancellationTokenSource();
        _cluster.SetAllDown();
        var before = _bus!.PublishAsync(new Noted("k", 1));
        var givenUp = Publisher.PublishAsync(new Noted("k", 2), new PublishOptions(), giveUp.Token).AsTask();
        var behind = _bus!.PublishAsync(new Noted("k", 3));

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.Within());
        _cluster.SetAllUp();
        await Task.WhenAll(before, behind).Within();
        Assert.Equal([0, 1, 3], await NumbersAsync());
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_bus is not null)
        {
            await _bus.DisposeAsync();
        }

        await _cluster.DisposeAsync();
    }

    // With room for one event, and with number 0 stored: topic and producer are there.
    private async Task<Position> StartAsync(TimeSpan publishTimeout)
    {
        _bus = await NotedBus.StartAsync(bus => bus.UseKafka(_cluster.BootstrapServers, options =>
        {
            options.NewTopics.Partitions = 1;
            options.PublishBufferEvents = 1;
            options.PublishTimeout = publishTimeout;
        }));
        return await _bus.PublishAsync(new Noted("k", 0));
    }

    private async Task<List<int>> NumbersAsync()
    {
        var numbers = new List<int>();
        await foreach (var entry in _bus!.Services.GetRequiredService<IEventLog>()
            .ReadAsync("noted", SeekTarget.Earliest, cancellationToken: TestContext.Current.CancellationToken))
        {
            numbers.Add(Assert.IsType<Noted>(entry.Envelope.Value).Number);
        }

        return numbers;
    }
}
