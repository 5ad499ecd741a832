using EventBus.Redis.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Sizes;

/// <summary>A subscription to a pattern that very many topics match.</summary>
public sealed class ManyTopicsTests(ITestOutputHelper output)
{
    private static readonly int s_topics = Scale.Of(quick: 200, full: 1_000);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pattern_OverVeryManyTopics_GetsTheEventsOfEachAndOfLaterOnes(bool isCompeting)
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        for (var topic = 0; topic < s_topics / 2; topic++)
        {
            await AddAsync(admin, topic);
        }

        var tally = new Tally();
        var start = TimeProvider.System.GetTimestamp();
        await using var bus = await RunBuses.StartAsync(
            server.Address, tally,
            options =>
            {
                options.Partitions = 1;
                if (isCompeting)
                {
                    options.CompetingGroups.Add("*");
                }
            },
            static bus => bus.Subscription(RunBus.Group).Topics("many.*"));
        output.WriteLine($"Started after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F1} s");
        for (var topic = s_topics / 2; topic < s_topics; topic++)
        {
            await AddAsync(admin, topic);
        }

        await tally.HandledAsync([.. Enumerable.Range(0, s_topics).Select(static topic => new Counted($"{topic}", 0))], bus.Log);
        output.WriteLine($"All handled after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F1} s");
        await bus.SettledAsync();
        Assert.Equal(s_topics, tally.Count);
    }

    // As a bus does it: the topic is known before its first event is stored.
    private static async Task AddAsync(ConnectionMultiplexer admin, int topic)
    {
        var database = admin.GetDatabase();
        var name = $"many.{topic}";
        await database.HashSetAsync(RedisPlaces.Topics, name, 1);
        await database.PublishAsync(RedisChannel.Literal("eventbus:topics"), name);
        await database.StreamAddAsync(
            RedisPlaces.Stream(name, 0),
            [new("id", name), new("type", Counted.Topic), new("data", $$"""{"key":"{{topic}}","number":0}""")]);
    }
}
