using System.Text;
using EventBus.Kafka.Consuming;
using EventBus.Transports;

namespace EventBus.Kafka.Tests.Consuming;

public sealed class CommitNotesTests
{
    private const int Room = 4_096;
    private static readonly DateTimeOffset s_time = new DateTimeOffset(2026, 1, 31, 12, 0, 0, 123, TimeSpan.Zero).AddTicks(4_567);

    [Fact]
    public void Print_Nothing_IsEmpty() => Assert.Equal("", CommitNotes.None.Print(17, Room));

    [Fact]
    public void Print_AllParts_IsAsDocumented()
    {
        var notes = new CommitNotes(17, [(103, 105), (110, 111)], [new FailedAttempts(100, 3, new DateTimeOffset(638_712_000_000_000_000, TimeSpan.Zero))]);

        Assert.Equal("eb1;s17;f0.3.638712000000000000;r3.2,5.1", notes.Print(100, Room));
    }

    [Theory]
    [InlineData("")]
    [InlineData("somebody else's")]
    [InlineData("eb2;s17")]
    [InlineData("eb1;s")]
    [InlineData("eb1;s-1")]
    [InlineData("eb1;sx")]
    [InlineData("eb1;r0.1")]
    [InlineData("eb1;r1.0")]
    [InlineData("eb1;r1")]
    [InlineData("eb1;r1.2.3")]
    [InlineData("eb1;r1.2,")]
    [InlineData("eb1;r9223372036854775807.1")]
    [InlineData("eb1;r1.9223372036854775807")]
    [InlineData("eb1;f1.2")]
    [InlineData("eb1;f1.0.3")]
    [InlineData("eb1;f1.2.9223372036854775807")]
    [InlineData("eb1;f9223372036854775807.1.1")]
    [InlineData("eb1;f1.99999999999.1")]
    [InlineData("eb1;s99999999999999999999")]
    public void Parse_NotOurs_SaysNothing(string text)
    {
        var notes = CommitNotes.Parse(text, 100);

        Assert.Equal((0, 0, 0), (notes.Seek, notes.Settled.Count, notes.Failures.Count));
    }

    [Fact]
    public void Parse_APartThatIsNotKnown_IsPassedOver() => Assert.Equal(17, CommitNotes.Parse("eb1;x1,2;s17", 100).Seek);

    [Fact]
    public void Parse_WhatWasPrinted_IsTheSame()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var offset = random.NextInt64(0, seed % 2 == 0 ? 1_000 : long.MaxValue / 2);
            var notes = Draw(random, offset);

            var text = notes.Print(offset, int.MaxValue);

            AssertSame(notes, CommitNotes.Parse(text, offset));
        }
    }

    [Theory]
    [InlineData(4_096)]
    [InlineData(256)]
    [InlineData(80)]
    [InlineData(20)]
    [InlineData(3)]
    public void Print_NoRoomForAll_KeepsTheNearest(int room)
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var offset = random.NextInt64(0, 1_000_000);
            var notes = Draw(random, offset);

            var text = notes.Print(offset, room);
            var kept = CommitNotes.Parse(text, offset);

            Assert.InRange(Encoding.UTF8.GetByteCount(text), 0, room);
            AssertSame(
                notes with
                {
                    Seek = kept.Seek,
                    Settled = [.. notes.Settled.Take(kept.Settled.Count)],
                    Failures = [.. notes.Failures.Take(kept.Failures.Count)],
                },
                kept);
            if (room > 80)
            {
                Assert.Equal(notes.Seek, kept.Seek);
                Assert.True(notes.Settled.Count == 0 || kept.Settled.Count > 0);
            }
        }
    }

    [Fact]
    public void Assignment_FromTheNotesOfAnother_HasTheSameSettledAndFailed()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var first = new KafkaAssignment("topic", 0, 1, "topic", 50, 50, CommitNotes.None);
            var settled = new HashSet<long>();
            for (var offset = 50; offset < 300; offset++)
            {
                Assert.True(first.Take(offset));
            }

            foreach (var offset in Enumerable.Range(50, 250).Where(_ => random.Next(3) > 0).OrderBy(_ => random.Next()))
            {
                first.Settle(offset);
                settled.Add(offset);
            }

            Assert.True(first.TryGetCommit(Room, out var committed, out var notes));
            var second = new KafkaAssignment("topic", 0, 2, "topic", committed, committed, CommitNotes.Parse(notes, committed));

            Assert.Equal(Enumerable.Range(50, 250).First(offset => !settled.Contains(offset)), committed);
            Assert.Equal(committed, second.Next);
            for (var offset = committed; offset < 300; offset++)
            {
                Assert.Equal(!settled.Contains(offset), second.Take(offset));
            }

            Assert.False(second.TryGetCommit(Room, out _, out _));
        }
    }

    [Fact]
    public void Assignment_Gaps_AreSettledWithTheRecordBehindThem()
    {
        var assignment = new KafkaAssignment("topic", 0, 1, "topic", 10, 10, CommitNotes.None);
        Assert.True(assignment.Take(15));
        Assert.True(assignment.Take(20));
        assignment.Settle(20);
        Assert.True(assignment.TryGetCommit(Room, out var offset, out var notes));
        Assert.Equal((15, "eb1;r1.5"), (offset, notes));

        assignment.Settle(15);

        Assert.True(assignment.TryGetCommit(Room, out offset, out notes));
        Assert.Equal((21, ""), (offset, notes));
    }

    [Fact]
    public void Assignment_OfAPlaceBehindTheEnd_GoesOnWithTheFirstRecord()
    {
        var assignment = new KafkaAssignment("topic", 0, 1, "topic", 1_000, 1_000, new CommitNotes(0, [(1_010, 1_020)], []));

        Assert.True(assignment.Take(0));
        assignment.IsHandedOut = true;
        Assert.True(assignment.TryGetCommit(Room, out var offset, out var notes));
        Assert.Equal((0, ""), (offset, notes));
        Assert.True(assignment.Take(1));
        Assert.Throws<EventBusException>(() => assignment.Take(0));
    }

    [Fact]
    public void Assignment_ThatIsOver_TakesNoSettlement()
    {
        var assignment = new KafkaAssignment("topic", 0, 1, "topic", 10, 10, CommitNotes.None);
        assignment.Take(10);
        assignment.IsOver = true;

        assignment.Settle(10);
        assignment.NoteFailure(new FailedAttempts(10, 1, s_time));

        Assert.False(assignment.TryGetCommit(Room, out _, out _));
    }

    [Fact]
    public void Assignment_Failure_StandsInTheCommitUntilItsEventIsSettled()
    {
        var assignment = new KafkaAssignment("topic", 0, 1, "topic", 10, 10, CommitNotes.None);
        assignment.Take(10);
        assignment.NoteFailure(new FailedAttempts(10, 2, s_time));
        Assert.True(assignment.TryGetCommit(Room, out var offset, out var notes));

        var next = new KafkaAssignment("topic", 0, 2, "topic", offset, offset, CommitNotes.Parse(notes, offset));
        next.Take(10);
        var received = new ReceivedEvent(next, new Offset(10), default);
        next.Failures.Apply(ref received);
        Assert.Equal((2, s_time), (received.PreviousAttempts, received.FirstFailure));

        next.Settle(10);
        Assert.True(next.TryGetCommit(Room, out offset, out notes));
        Assert.Equal((11, ""), (offset, notes));
    }

    private static CommitNotes Draw(Random random, long offset)
    {
        List<(long From, long To)> settled = [];
        var last = offset;
        for (var i = random.Next(0, 200); i > 0; i--)
        {
            var from = last + random.Next(1, random.Next(2, 1_000));
            last = from + random.Next(1, random.Next(2, 1_000));
            settled.Add((from, last));
        }

        var failures = Enumerable.Range(0, random.Next(0, 20)).Select(_ => random.Next(0, 10_000)).Distinct().Order()
            .Select(distance => new FailedAttempts(offset + distance, random.Next(1, 100), s_time.AddTicks(random.NextInt64(1L << 40))));
        return new CommitNotes(random.Next(2) * random.NextInt64(long.MaxValue), settled, [.. failures]);
    }

    private static void AssertSame(CommitNotes expected, CommitNotes actual)
    {
        Assert.Equal(expected.Seek, actual.Seek);
        Assert.Equal(expected.Settled, actual.Settled);
        Assert.Equal(expected.Failures, actual.Failures);
    }
}
