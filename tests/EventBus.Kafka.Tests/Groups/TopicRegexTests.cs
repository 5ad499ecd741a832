using System.Text.RegularExpressions;
using EventBus.Kafka.Groups;
using EventBus.Transports;

namespace EventBus.Kafka.Tests.Groups;

public sealed class TopicRegexTests
{
    private static readonly string[] s_topics =
    [
        "user", "user.registered", "user.address.changed", "order.placed", "_eventbus", "_eventbusy.x", "_eventbus.dead-letters.g", "_eventbu.x",
        "_.x", "_", "_e", "_e.x", "e", "eventbus.x", "_eventbus.seeks", "_eventbus.returns.user", "user-x.registered", "userxregistered", "x_eventbus.y",
        "_x.y", "_eX", "_eventbusx",
    ];

    [Theory]
    [InlineData("user.*")]
    [InlineData("user.>")]
    [InlineData("*.registered")]
    [InlineData("*.*")]
    [InlineData("*")]
    [InlineData(">")]
    [InlineData("*.>")]
    [InlineData("*.dead-letters.*")]
    [InlineData("user.*.changed")]
    [InlineData("_eventbus.*")]
    [InlineData("user-x.*")]
    public void Regex_OfAPattern_MatchesWhatThePatternDoes(string pattern)
    {
        var request = new ConsumerRequest { Group = "group", Member = "member", Topics = [pattern] };
        foreach (var prefix in new[] { "", "test-1.", "a+b." })
        {
            var regex = TopicRegex.Of(pattern, prefix);

            Assert.StartsWith("^", regex, StringComparison.Ordinal);
            Assert.All(s_topics, topic => Assert.Equal(
                request.Matches(topic), Regex.IsMatch(prefix + topic, regex, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))));
        }
    }

    [Fact]
    public void Regex_WithoutAPrefix_LeavesKafkasOwnTopicsOut() =>
        Assert.DoesNotMatch(TopicRegex.Of(">", ""), "__consumer_offsets");

    [Fact]
    public void Regex_OfATopic_IsItsName() => Assert.Equal("test.user-events", TopicRegex.Of("user-events", "test."));
}
