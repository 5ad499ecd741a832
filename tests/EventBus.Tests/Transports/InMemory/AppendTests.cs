namespace EventBus.Tests.Transports.InMemory;

public sealed class AppendTests
{
    [Fact]
    public async Task Append_OneByOne_GivesPositionsInOrder()
    {
        await using var rig = new Rig();

        var first = await rig.Append("a", 1);
        var second = await rig.Append("a", 2);

        Assert.Equal(new Position("a", 0, new Offset(0)), first);
        Assert.Equal(new Position("a", 0, new Offset(1)), second);
    }

    [Fact]
    public async Task Append_SameKey_GoesToOnePartitionInOrder()
    {
        await using var rig = new Rig(options => options.Partitions = 8);

        var positions = new List<Position>();
        for (var i = 0; i < 20; i++)
        {
            positions.Add(await rig.Append("a", i, "key"));
        }

        Assert.Single(positions.Select(position => position.Partition).Distinct());
        Assert.Equal(positions.Select(position => position.Offset).Order(), positions.Select(position => position.Offset));
    }

    [Fact]
    public async Task Append_WithoutKey_UsesAllPartitions()
    {
        await using var rig = new Rig(options => options.Partitions = 4);

        var partitions = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            partitions.Add((await rig.Append("a", i)).Partition);
        }

        Assert.All(partitions.CountBy(partition => partition), pair => Assert.Equal(2, pair.Value));
        Assert.Equal(4, partitions.Distinct().Count());
    }

    [Fact]
    public async Task Append_BatchWithoutKeys_StaysTogetherInOrder()
    {
        await using var rig = new Rig(options => options.Partitions = 4);

        await rig.AppendBatch("a", Enumerable.Range(0, 300).Select(i => Rig.Event(i)), out var positions);

        Assert.Single(positions.Select(position => position.Partition).Distinct());
        Assert.Equal(Enumerable.Range(0, 300).Select(i => new Offset((ulong)i)), positions.Select(position => position.Offset));
    }

    [Fact]
    public async Task Append_BatchWithKeys_KeepsEachKeysOrderInItsPartition()
    {
        await using var rig = new Rig(options => options.Partitions = 4);

        await rig.AppendBatch("a", Enumerable.Range(0, 400).Select(i => Rig.Event(i, $"key-{i % 7}")), out var positions);

        foreach (var key in Enumerable.Range(0, 400).GroupBy(i => i % 7))
        {
            var single = await rig.Append("a", 0, $"key-{key.Key}");
            Assert.All(key, i => Assert.Equal(single.Partition, positions[i].Partition));
            Assert.Equal(key.Select(i => positions[i].Offset).Order(), key.Select(i => positions[i].Offset));
        }
    }

    [Fact]
    public async Task Append_TopicWithPartitionsOfItsOwn_HasThatMany()
    {
        await using var rig = new Rig(options => options.TopicPartitions["wide"] = 3);

        var wide = new[] { await rig.Append("wide", 1), await rig.Append("wide", 2), await rig.Append("wide", 3) };
        var plain = new[] { await rig.Append("plain", 1), await rig.Append("plain", 2) };

        Assert.Equal([0, 1, 2], wide.Select(position => position.Partition).Order());
        Assert.All(plain, position => Assert.Equal(0, position.Partition));
    }

    [Fact]
    public async Task Append_CancelledBefore_StoresNothing()
    {
        await using var rig = new Rig();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => rig.Append("a", Rig.Event(1), new CancellationToken(canceled: true)));

        Assert.Empty(await rig.ReadAsync("a"));
    }

    [Fact]
    public async Task Append_TimeOfItsOwn_ArrivesUntouched()
    {
        await using var rig = new Rig();
        var time = new DateTimeOffset(1999, 12, 31, 0, 0, 0, TimeSpan.Zero);
        var envelope = new Envelope("id", time, new EventMetadata { Type = "t", Source = "/" }, "data"u8.ToArray(), "key");

        await rig.Transport.AppendAsync("a", envelope, TestContext.Current.CancellationToken);

        var read = Assert.Single(await rig.ReadAsync("a")).Envelope;
        Assert.Equal(time, read.Time);
        Assert.Equal(new EventIdentity("id"), read.Id);
        Assert.Equal("key", read.Key);
        Assert.Equal("data"u8.ToArray(), read.Data.ToArray());
    }
}
