using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>Replay without a group: a range of a topic, or all that comes, without touching anyone.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class ReaderTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    [Fact]
    public async Task G9_BoundedReader_EndsWithWhatWasThere()
    {
        var world = await NewWorldAsync();
        var events = Numbered.OfKeys(keys: 5, count: 100);
        await world.PublishAllAsync(events);
        using var limit = new CancellationTokenSource(world.Deadline, TimeProvider.System);
        var read = new List<Numbered>();
        await foreach (var entry in world.Log.ReadAsync(world.NumberedTopic, SeekTarget.Earliest, cancellationToken: limit.Token))
        {
            if (read.Count == 0)
            {
                await world.PublishAllAsync(Numbered.OfKeys(keys: 5, count: 20, from: 100));
            }

            read.Add((Numbered)entry.Envelope.Value!);
        }

        Assert.Equal(events, read.OrderBy(@event => @event.Number));
        Assert.All(read.GroupBy(@event => @event.Key), key => Assert.Equal(key.OrderBy(@event => @event.Number), key));
    }

    [Theory]
    [InlineData("position")]
    [InlineData("time")]
    [InlineData("latest")]
    [InlineData("earliest")]
    public async Task G9_BoundedReader_StartsWhereItIsTold(string target)
    {
        Needs(Can.SeekToTime || target != "time", nameof(Can.SeekToTime));
        var world = await NewWorldAsync();
        var events = Numbered.OfOneKey(30);
        await world.PublishAllAsync(events[..10]);
        var time = await world.NextTimeAsync();
        var later = await world.PublishAllAsync(events[10..]);
        var (from, first) = target switch
        {
            "position" => (SeekTarget.At(later[5]), 15),
            "time" => (SeekTarget.At(time), 10),
            "latest" => (SeekTarget.Latest, 30),
            _ => (SeekTarget.Earliest, 0),
        };

        Assert.Equal(events[first..], (await world.ReadAsync(world.NumberedTopic, from)).Select(entry => (Numbered)entry.Envelope.Value!));
    }

    [Fact]
    public async Task G9_BoundedReaderFromAPosition_ReadsItsPartitionOnly()
    {
        var world = await NewWorldAsync(new WorldOptions { Partitions = 4 });
        var events = Numbered.OfKeys(keys: 16, count: 160);
        var positions = await world.PublishAllAsync(events);
        var mine = events.Where(@event => positions[@event.Number].Partition == positions[0].Partition);

        Assert.Equal(mine, (await world.ReadAsync(world.NumberedTopic, SeekTarget.At(positions[0]))).Select(entry => (Numbered)entry.Envelope.Value!));
    }

    [Fact]
    public async Task G9_FollowingReader_GoesOnUntilItIsCancelled()
    {
        var world = await NewWorldAsync();
        var events = Numbered.OfOneKey(60);
        await world.PublishAllAsync(events[..20]);
        using var stop = new CancellationTokenSource(world.Deadline, TimeProvider.System);
        var read = new List<Numbered>();
        var error = await Record.ExceptionAsync(async () =>
        {
            await foreach (var entry in world.Log.ReadAsync(world.NumberedTopic, SeekTarget.Earliest, follow: true, stop.Token))
            {
                read.Add((Numbered)entry.Envelope.Value!);
                await (read.Count switch
                {
                    20 or 40 => world.PublishAllAsync(events[read.Count..(read.Count + 20)]),
                    60 => stop.CancelAsync(),
                    _ => Task.CompletedTask,
                });
            }
        });

        Assert.True(error is null or OperationCanceledException, $"The reading ended with {error}");
        Assert.Equal(events, read);
    }

    [Fact]
    public async Task G9_FollowingReaderFromTheLatest_ReadsOnlyWhatIsNew()
    {
        var world = await NewWorldAsync();
        await world.PublishAllAsync(Numbered.OfOneKey(10));
        using var stop = new CancellationTokenSource(world.Deadline, TimeProvider.System);
        await using var reader = world.Log.ReadAsync(world.NumberedTopic, SeekTarget.Latest, follow: true, stop.Token).GetAsyncEnumerator(stop.Token);
        var next = reader.MoveNextAsync().AsTask();

        // Nobody tells when the reader has found its place, so events are added until it reads one.
        var number = 10;
        await world.EventuallyAsync(
            async () =>
            {
                await world.PublishAsync(new Numbered(number++, "key-0"));
                return next.IsCompleted;
            },
            () => "the reader to read");
        Assert.True(await next);
        var first = ((Numbered)reader.Current.Envelope.Value!).Number;
        Assert.InRange(first, 10, number);
        Assert.True(first == number - 1 || await reader.MoveNextAsync());
    }

    [Fact]
    public async Task G9_ReaderOfATopicThatDoesNotExist_ReadsNothing()
    {
        var world = await NewWorldAsync();
        Assert.Empty(await world.ReadAsync(world.Topic("nowhere")));
    }

    [Fact]
    public async Task G9_FollowingReaderOfATopicThatAppearsLater_ReadsItsFirstEvent()
    {
        var world = await NewWorldAsync();
        using var stop = new CancellationTokenSource(world.Deadline, TimeProvider.System);
        await using var reader = world.Log.ReadAsync(world.NumberedTopic, SeekTarget.Earliest, follow: true, stop.Token).GetAsyncEnumerator(stop.Token);
        var next = reader.MoveNextAsync().AsTask();
        await world.PublishAsync(new Numbered(1));

        Assert.True(await next);
        Assert.Equal(new Numbered(1), reader.Current.Envelope.Value);
    }

    [Fact]
    public async Task G9_Reader_TouchesNoGroup()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var member = await world.StartAsync(bus => bus.On(group));
        var events = Numbered.OfKeys(keys: 5, count: 60);
        await world.PublishAllAsync(events[..20]);
        await group.HandledAsync(events[..20]);
        await member.StopAsync();
        await world.PublishAllAsync(events[20..40]);
        Assert.Equal(40, (await world.ReadAsync(world.NumberedTopic)).Count);

        await world.StartAsync(bus => bus.On(group));
        await world.PublishAllAsync(events[40..]);
        Assert.Equal(60, (await world.ReadAsync(world.NumberedTopic)).Count);
        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }
}
