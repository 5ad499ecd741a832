using EventBus.Transports;

namespace EventBus.Tests.Transports;

public sealed class SettlementTrackerTests
{
    [Fact]
    public void Settle_InOrder_MovesTheWatermarkEachTime()
    {
        var tracker = new SettlementTracker(5);

        Assert.True(tracker.Settle(5));
        Assert.True(tracker.Settle(6));

        Assert.Equal(7, tracker.Watermark);
    }

    [Fact]
    public void Settle_GapIsFilled_PassesAllBehindIt()
    {
        var tracker = new SettlementTracker(0);
        Assert.False(tracker.Settle(2));
        Assert.False(tracker.Settle(1));

        Assert.True(tracker.Settle(0));

        Assert.Equal(3, tracker.Watermark);
    }

    [Fact]
    public void Settle_Again_HasNoEffect()
    {
        var tracker = new SettlementTracker(0);
        tracker.Settle(0);
        tracker.Settle(3);

        Assert.False(tracker.Settle(0));
        Assert.False(tracker.Settle(3));

        Assert.Equal(1, tracker.Watermark);
        Assert.Equal((1, 1), tracker.Unsettled(0));
    }

    [Fact]
    public void SettleRange_OverTheWatermark_MovesPastItAndWhatIsMarked()
    {
        var tracker = new SettlementTracker(10);
        tracker.SettleRange(1000, 2000);
        tracker.Settle(15);

        Assert.True(tracker.SettleRange(5, 1000));

        Assert.Equal(2000, tracker.Watermark);
        Assert.Equal((2000, 0), tracker.Unsettled(0));
    }

    [Fact]
    public void SettleRange_Empty_HasNoEffect() => Assert.False(new SettlementTracker(0).SettleRange(4, 4));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Settle_RandomOrders_AgreesWithASet(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var start = random.Next(0, 1000);
            var tracker = new SettlementTracker(start);
            var settled = new HashSet<long>();
            long watermark = start;
            for (var step = 0; step < 400; step++)
            {
                var from = watermark + random.Next(-5, random.Next(1, 400));
                var to = from + (random.Next(4) == 0 ? random.Next(0, 200) : 1);
                var before = watermark;
                for (var offset = from; offset < to; offset++)
                {
                    settled.Add(offset);
                }

                while (settled.Contains(watermark))
                {
                    watermark++;
                }

                Assert.Equal(watermark > before, to == from + 1 ? tracker.Settle(from) : tracker.SettleRange(from, to));
                Assert.Equal(watermark, tracker.Watermark);
            }

            AssertAgrees(tracker, settled, watermark, random);
        }
    }

    [Fact]
    public async Task Settle_ManyThreadsAndDuplicates_PassesEverythingAndNothingMore()
    {
        const int Count = 200_000;
        const int Hole = 150_000;
        for (var round = 0; round < 5; round++)
        {
            var tracker = new SettlementTracker(0);
            var threads = Enumerable.Range(0, 4).Select(t => Task.Run(() =>
            {
                // Runs of neighbours by turns, most of them twice: close races for the same place.
                for (var offset = 0; offset < Count; offset++)
                {
                    if (offset % 4 == t || offset % 3 == t)
                    {
                        if (offset != Hole)
                        {
                            tracker.Settle(offset);
                        }
                    }
                }
            })).ToArray();

            await Task.WhenAll(threads);

            Assert.Equal(Hole, tracker.Watermark);
            Assert.Equal((Hole, Count - Hole - 1), tracker.Unsettled(0));
            Assert.True(tracker.Settle(Hole));
            Assert.Equal(Count, tracker.Watermark);
            Assert.Equal((Count, 0), tracker.Unsettled(0));
        }
    }

    private static void AssertAgrees(SettlementTracker tracker, HashSet<long> settled, long watermark, Random random)
    {
        for (var offset = watermark - 10; offset < watermark + 500; offset++)
        {
            Assert.Equal(offset < watermark || settled.Contains(offset), tracker.IsSettled(offset));
        }

        var from = watermark + random.Next(0, 50);
        var next = from;
        while (settled.Contains(next))
        {
            next++;
        }

        Assert.Equal((next, settled.Count(offset => offset > next)), tracker.Unsettled(from));
        Assert.True(settled.All(offset => offset < tracker.LastSettledBound));
        List<(long From, long To)> ahead = [];
        Assert.Equal(watermark, tracker.CopySettledAhead(ahead, int.MaxValue));
        Assert.Equal(
            settled.Where(offset => offset > watermark).Order(),
            ahead.SelectMany(run => Enumerable.Range(0, (int)(run.To - run.From)).Select(i => run.From + i)));
        Assert.All(ahead.Zip(ahead.Skip(1)), pair => Assert.True(pair.First.To < pair.Second.From));
        List<(long From, long To)> few = [];
        tracker.CopySettledAhead(few, 2);
        Assert.Equal(ahead.Take(2), few);
    }
}
