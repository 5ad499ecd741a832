namespace EventBus.Tests.Transports;

public sealed class OffsetTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("42")]
    [InlineData("18446744073709551615")]
    [InlineData("1700000000000-3")]
    [InlineData("0-0")]
    public void Parse_WhatWasPrinted_IsTheSame(string text)
    {
        var offset = Offset.Parse(text);

        Assert.Equal(text, $"{offset}");
        Assert.Equal(offset, Offset.Parse($"{offset}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-1")]
    [InlineData("1-")]
    [InlineData("1-2-3")]
    [InlineData(" 1")]
    [InlineData("1-18446744073709551615")]
    [InlineData("x")]
    [InlineData(null)]
    public void Parse_AnythingElse_IsRefused(string? text)
    {
        Assert.False(Offset.TryParse(text, null, out _));
        Assert.Throws<FormatException>(() => Offset.Parse(text!));
    }

    [Fact]
    public void Compare_TwoParts_GoesByTheFirstThenTheSecond()
    {
        Offset[] ordered = [new(0), new(1), new(1, 0), new(1, 7), new(2), new(2, 1)];

        Assert.Equal(ordered, ordered.Reverse().Order());
        Assert.True(new Offset(1) < new Offset(1, 1) && new Offset(2) > new Offset(1, 9));
        Assert.True(new Offset(3) <= new Offset(3) && new Offset(3) >= new Offset(3) && new Offset(3) != new Offset(4));
    }

    [Fact]
    public void Position_PrintedAndParsed_IsTheSame()
    {
        var position = new Position("user-events", 3, new Offset(1700000000000, 3));

        Assert.Equal("user-events/3@1700000000000-3", position.ToString());
        Assert.Equal(position, Position.Parse(position.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("user-events")]
    [InlineData("user-events/3")]
    [InlineData("user-events@3")]
    [InlineData("/3@1")]
    [InlineData("user-events/-3@1")]
    [InlineData("user-events/3@x")]
    [InlineData(null)]
    public void Position_AnythingElse_IsRefused(string? text) => Assert.False(Position.TryParse(text, null, out _));

    [Fact]
    public void SeekTarget_PrintedAndParsed_IsTheSame()
    {
        SeekTarget[] targets =
        [
            SeekTarget.Earliest,
            SeekTarget.Latest,
            SeekTarget.At(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).AddTicks(1)),
            SeekTarget.At(new Position("user-events", 3, new Offset(42))),
        ];

        Assert.All(targets, target => Assert.Equal(target, SeekTarget.Parse(target.ToString())));
        Assert.Equal(targets.Length, targets.Select(target => target.ToString()).Distinct().Count());
        Assert.Throws<FormatException>(() => SeekTarget.Parse("yesterday or so"));
    }

    [Fact]
    public void EventIdentity_UuidAsText_EqualsTheUuid()
    {
        var uuid = Guid.CreateVersion7();

        Assert.Equal(new EventIdentity(uuid), new EventIdentity($"{uuid}"));
        Assert.Equal($"{uuid}", $"{new EventIdentity(uuid)}");
        Assert.True(new EventIdentity($"{uuid}").TryGetGuid(out var same) && same == uuid);
    }

    [Theory]
    [InlineData("order-17")]
    [InlineData("6F9619FF-8B86-D011-B42D-00C04FC964FF")]
    [InlineData("{6f9619ff-8b86-d011-b42d-00c04fc964ff}")]
    public void EventIdentity_OtherText_StaysAsItIs(string text)
    {
        var id = new EventIdentity(text);

        Assert.Equal(text, $"{id}");
        Assert.False(id.TryGetGuid(out _));
        Assert.Throws<ArgumentException>(() => new EventIdentity(""));
    }
}
