using EventBus.Transports;

namespace EventBus.Tests.Transports.InMemory;

public sealed class SeekTests
{
    [Fact]
    public async Task Seek_StoppedGroup_StartsThere()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0, 1, 2, 3);
        await member.HandleAsync(4);
        await member.LeaveAsync();

        await rig.SeekAsync("g", "a", SeekTarget.At(new Position("a", 0, new Offset(2))));

        var next = await rig.JoinAsync("g", "n", "a");
        Assert.Equal([2, 3], await next.ReceiveNumbersAsync(2));
    }

    [Fact]
    public async Task Seek_GroupThatNeverWas_StartsThereWhateverItAsksFor()
    {
        await using var rig = new Rig(options => options.Partitions = 2);
        var first = await rig.Append("a", 0);
        var second = await rig.Append("a", 1);
        Assert.NotEqual(first.Partition, second.Partition);

        await rig.SeekAsync("g", "a", SeekTarget.At(second));

        var member = await rig.JoinAsync("g", "m", SeekTarget.Latest, "a");
        Assert.Equal([1], await member.ReceiveNumbersAsync(1));
        await member.ReceivesNothingAsync();
    }

    [Fact]
    public async Task Seek_RunningGroup_RevokesAndGoesOnThereWithANewEpoch()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0, 1, 2);
        var held = await member.HandleAsync(3);

        var seeking = rig.SeekAsync("g", "a", SeekTarget.Earliest);
        Assert.False(seeking.IsCompleted);
        Assert.True(held[0].Assignment.Revoking.IsCancellationRequested);
        await member.ReceivesNothingAsync();
        member.Release(held[0]);
        await Rig.SoonAsync(seeking);

        var again = await member.ReceiveAsync(3);
        Assert.Equal([0, 1, 2], Rig.Numbers(again));
        Assert.True(again[0].Assignment.Epoch > held[0].Assignment.Epoch);
    }

    [Fact]
    public async Task Seek_RunningGroupHasReceivedNothing_MovesAtOnce()
    {
        await using var rig = new Rig();
        await rig.AppendAsync("a", 0, 1);
        var member = await rig.JoinAsync("g", "m", SeekTarget.Latest, "a");

        await Rig.SoonAsync(rig.SeekAsync("g", "a", SeekTarget.Earliest));

        Assert.Equal([0, 1], await member.ReceiveNumbersAsync(2));
    }

    [Fact]
    public async Task Seek_SettlementOfTheOldPlaceComesLate_IsIgnored()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0, 1);
        var held = await member.ReceiveAsync(2);
        var seeking = rig.SeekAsync("g", "a", SeekTarget.Earliest);
        member.Release(held[0]);
        await Rig.SoonAsync(seeking);

        member.Settle(held[0], held[1]);

        Assert.Equal(2, (await rig.LagAsync("g")).Count);
    }

    [Fact]
    public async Task Seek_Latest_SkipsWhatIsThere()
    {
        await using var rig = new Rig();
        await rig.AppendAsync("a", 0, 1);
        await rig.SeekAsync("g", "a", SeekTarget.Latest);
        await rig.AppendAsync("a", 2);

        var member = await rig.JoinAsync("g", "m", "a");

        Assert.Equal([2], await member.ReceiveNumbersAsync(1));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 3)]
    [InlineData(25, 4)]
    public async Task Seek_Time_StartsAtTheFirstEventStoredThenOrLater(int seconds, int expected)
    {
        await using var rig = new Rig();
        var start = rig.Time.Now;
        await rig.AppendAsync("a", 0);
        rig.Time.Advance(TimeSpan.FromSeconds(10));
        await rig.AppendAsync("a", 1, 2);
        rig.Time.Advance(TimeSpan.FromSeconds(10));
        await rig.AppendAsync("a", 3);

        await rig.SeekAsync("g", "a", SeekTarget.At(start.AddSeconds(seconds)));

        Assert.Equal(new Offset((ulong)expected), (await rig.LagAsync("g")).Next);
    }

    [Fact]
    public async Task Seek_TimeOnTheSystemClock_PartsWhatWasPublishedBeforeAndAfter()
    {
        await using var rig = new Rig(time: TimeProvider.System);
        var metadata = new EventMetadata { Type = "t", Source = "/" };
        var between = new DateTimeOffset[200];
        for (var i = 0; i < between.Length; i++)
        {
            between[i] = TimeProvider.System.GetUtcNow();
            await rig.Transport.AppendAsync(
                "a", new Envelope(Guid.Empty, TimeProvider.System.GetUtcNow().UtcTicks, metadata, i, null), CancellationToken.None);
        }

        for (var i = 0; i < between.Length; i++)
        {
            var found = (int)(await rig.ReadNumbersAsync("a", SeekTarget.At(between[i])))[0];
            Assert.True(found == i || (found < i && between[found + 1] == between[i]), $"Event {i} was sought, {found} was found.");
        }
    }

    [Theory]
    [InlineData(0UL, 90)]
    [InlineData(95UL, 95)]
    [InlineData(100UL, 100)]
    [InlineData(ulong.MaxValue, 100)]
    public async Task Seek_OffsetOutsideOfTheLog_GoesToItsNearestEnd(ulong offset, int expected)
    {
        await using var rig = new Rig(options => options.RetainedEvents = 10);
        await rig.AppendAsync("a", [.. Enumerable.Range(0, 100)]);

        await rig.SeekAsync("g", "a", SeekTarget.At(new Position("a", 0, new Offset(offset))));

        Assert.Equal(new Offset((ulong)expected), (await rig.LagAsync("g")).Next);
    }

    [Fact]
    public async Task Seek_Position_MovesItsPartitionAlone()
    {
        await using var rig = new Rig(options => options.Partitions = 2);
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0, 1);
        var held = await member.HandleAsync(2);

        var seeking = rig.SeekAsync("g", "a", SeekTarget.At(new Position("a", 1, new Offset(0))));
        member.Release(held.Single(each => each.Assignment.Partition == 1));
        await Rig.SoonAsync(seeking);

        Assert.Equal(1, (await member.ReceiveAsync(1))[0].Assignment.Partition);
        await member.ReceivesNothingAsync();
    }

    [Fact]
    public async Task Seek_TwiceBeforeTheRelease_TheLastOneCounts()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0, 1, 2);
        var held = await member.HandleAsync(3);

        var first = rig.SeekAsync("g", "a", SeekTarget.Earliest);
        var second = rig.SeekAsync("g", "a", SeekTarget.At(new Position("a", 0, new Offset(2))));
        member.Release(held[0]);
        await Rig.SoonAsync(Task.WhenAll(first, second));

        Assert.Equal([2], await member.ReceiveNumbersAsync(1));
    }

    [Fact]
    public async Task Seek_MemberLeavesInsteadOfReleasing_IsMade()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0, 1);
        await member.HandleAsync(2);
        var seeking = rig.SeekAsync("g", "a", SeekTarget.Earliest);

        await member.LeaveAsync();

        await Rig.SoonAsync(seeking);
        Assert.Equal(2, (await rig.LagAsync("g")).Count);
    }

    [Fact]
    public async Task Seek_OtherGroup_StaysWhereItIs()
    {
        await using var rig = new Rig();
        var other = await rig.JoinAsync("other", "m", "a");
        await rig.AppendAsync("a", 0, 1);
        await other.HandleAsync(2);

        await rig.SeekAsync("g", "a", SeekTarget.Earliest);

        await other.ReceivesNothingAsync();
        Assert.Equal(0, (await rig.LagAsync("other")).Count);
    }

    [Fact]
    public async Task Seek_PositionElsewhere_IsRefused()
    {
        await using var rig = new Rig();

        await Assert.ThrowsAsync<EventBusException>(() => rig.SeekAsync("g", "a", SeekTarget.At(new Position("b", 0, default))));
        await Assert.ThrowsAsync<EventBusException>(() => rig.SeekAsync("g", "a", SeekTarget.At(new Position("a", 1, default))));
    }

    [Fact]
    public async Task Seek_WaitIsCancelled_Throws()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0);
        await member.ReceiveAsync(1);
        using var giveUp = new CancellationTokenSource();
        var seeking = ((ISeekableTransport)rig.Transport).SeekAsync("g", "a", SeekTarget.Earliest, giveUp.Token).AsTask();

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Rig.SoonAsync(seeking));
    }
}
