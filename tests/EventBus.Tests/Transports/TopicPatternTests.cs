using EventBus.Transports;

namespace EventBus.Tests.Transports;

public sealed class TopicPatternTests
{
    [Theory]
    [InlineData("user", "user", true)]
    [InlineData("user", "users", false)]
    [InlineData("user.*", "user.registered", true)]
    [InlineData("user.*", "user", false)]
    [InlineData("user.*", "user.address.changed", false)]
    [InlineData("user.*", "users.registered", false)]
    [InlineData("user.>", "user.registered", true)]
    [InlineData("user.>", "user.address.changed", true)]
    [InlineData("user.>", "user", false)]
    [InlineData("*", "user", true)]
    [InlineData("*", "user.registered", false)]
    [InlineData(">", "user", true)]
    [InlineData(">", "user.registered.twice", true)]
    [InlineData("*.changed", "address.changed", true)]
    [InlineData("*.changed", "address.moved", false)]
    [InlineData("user.*.changed", "user.address.changed", true)]
    [InlineData("user.*.changed", "user.address.street.changed", false)]
    [InlineData("user.*.>", "user.address.street.changed", true)]
    [InlineData("user.*.>", "user.address", false)]
    public void Matches_PatternAndTopic_GoesByWords(string pattern, string topic, bool expected) =>
        Assert.Equal(expected, TopicPattern.Matches(pattern, topic));

    [Theory]
    [InlineData("user.registered")]
    [InlineData("User_1-2")]
    [InlineData("user.*")]
    [InlineData("user.>")]
    [InlineData("*.>")]
    public void PatternProblem_GoodOne_IsNull(string pattern) => Assert.Null(TopicPattern.PatternProblem(pattern));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("user.>.x")]
    [InlineData("us*er.x")]
    [InlineData("user.>>")]
    [InlineData("user..*")]
    public void PatternProblem_BadOne_IsTold(string? pattern) => Assert.NotNull(TopicPattern.PatternProblem(pattern));

    [Fact]
    public void Problem_LengthAndWildcards_AreTold()
    {
        Assert.Null(TopicPattern.Problem(new string('a', TopicPattern.MaxLength)));
        Assert.NotNull(TopicPattern.Problem(new string('a', TopicPattern.MaxLength + 1)));
        Assert.NotNull(TopicPattern.Problem("user.*"));
    }
}
