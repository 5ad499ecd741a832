namespace EventBus.Tests.Transports.InMemory;

public sealed class ReaderTests
{
    [Fact]
    public async Task Read_Bounded_EndsAtWhatWasThereAtTheCall()
    {
        await using var rig = new Rig();
        await rig.AppendAsync("a", [.. Enumerable.Range(0, 200)]);
        var reading = rig.Transport.ReadAsync("a", SeekTarget.Earliest, follow: false, TestContext.Current.CancellationToken);

        await rig.AppendAsync("a", 200);

        var entries = await reading.ToArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 200), entries.Select(entry => (int)entry.Envelope.Value!));
        Assert.Equal(new Position("a", 0, new Offset(199)), entries[^1].Position);
    }

    [Fact]
    public async Task Read_FromAPosition_ReadsItsPartitionAlone()
    {
        await using var rig = new Rig(options => options.Partitions = 2);
        var positions = new List<Position>();
        for (var i = 0; i < 6; i++)
        {
            positions.Add(await rig.Append("a", i));
        }

        Assert.Equal([2, 4], await rig.ReadNumbersAsync("a", SeekTarget.At(positions[2])));
    }

    [Fact]
    public async Task Read_FromATime_ReadsEachPartitionFromThere()
    {
        await using var rig = new Rig(options => options.Partitions = 2);
        await rig.AppendAsync("a", 0, 1);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.AppendAsync("a", 2, 3);

        Assert.Equal([2, 3], (await rig.ReadNumbersAsync("a", SeekTarget.At(rig.Time.Now))).Order());
    }

    [Fact]
    public async Task Read_UnknownTopicOrLatest_IsEmpty()
    {
        await using var rig = new Rig();
        await rig.AppendAsync("a", 0);

        Assert.Empty(await rig.ReadAsync("unknown"));
        Assert.Empty(await rig.ReadAsync("a", SeekTarget.Latest));
    }

    [Fact]
    public async Task Read_Following_GoesOnWithNewEventsOfAllPartitions()
    {
        await using var rig = new Rig(options => options.Partitions = 3);
        await rig.AppendAsync("a", 0, 1, 2);
        await using var reading = rig.Transport.ReadAsync("a", SeekTarget.Earliest, follow: true, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.Equal([0, 1, 2], (await NextAsync(reading, 3)).Order());
        var next = reading.MoveNextAsync();
        Assert.False(next.IsCompleted);

        await rig.AppendAsync("a", 3, 4, 5, 6);

        Assert.True(await Rig.SoonAsync(next.AsTask()));
        var numbers = new List<int> { (int)reading.Current.Envelope.Value! };
        numbers.AddRange(await NextAsync(reading, 3));
        Assert.Equal([3, 4, 5, 6], numbers.Order());
    }

    [Fact]
    public async Task Read_FollowingATopicThatAppearsLater_ReadsItFromItsFirstEvent()
    {
        await using var rig = new Rig();
        await using var reading = rig.Transport.ReadAsync("a", SeekTarget.Latest, follow: true, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = reading.MoveNextAsync().AsTask();
        await rig.AppendAsync("other", 9);
        Assert.False(first.IsCompleted);

        await rig.AppendAsync("a", 0);

        Assert.True(await Rig.SoonAsync(first));
        Assert.Equal(0, reading.Current.Envelope.Value);
    }

    [Fact]
    public async Task Read_FollowingIsCancelled_Throws()
    {
        await using var rig = new Rig();
        await rig.AppendAsync("a", 0);
        using var stop = new CancellationTokenSource();
        await using var reading = rig.Transport.ReadAsync("a", SeekTarget.Latest, follow: true, stop.Token)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = reading.MoveNextAsync().AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Rig.SoonAsync(next));
    }

    [Fact]
    public async Task Read_GroupsExist_TheyAreNotTouched()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0, 1);

        Assert.Equal([0, 1], await rig.ReadNumbersAsync("a"));

        Assert.Equal(2, (await rig.LagAsync("g")).Count);
        Assert.Equal([0, 1], await member.ReceiveNumbersAsync(2));
    }

    private static async Task<List<int>> NextAsync(IAsyncEnumerator<LogEntry> reading, int count)
    {
        var numbers = new List<int>();
        while (numbers.Count < count && await Rig.SoonAsync(reading.MoveNextAsync().AsTask()))
        {
            numbers.Add((int)reading.Current.Envelope.Value!);
        }

        return numbers;
    }
}
