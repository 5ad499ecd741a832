using EventBus.Redis.Tests.Crashes;
using EventBus.Redis.Tests.Runs;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Groups;

/// <summary>What members leave behind on the server.</summary>
public sealed class ConsumerTests
{
    private const int Restarts = 12;

    // More than a member claims at once.
    private const int Many = 450;
    private static readonly RedisKey s_stream = RedisPlaces.Stream(Counted.Topic, 0);

    [Fact]
    public async Task Consumer_OfADeadMember_GoesOnlyWhenNothingIsPendingForItAnyMore()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var run = new CrashRun(server, isCompeting: true);
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var dead = run.AddMember(partitions: 1, run.Gate("never"));
        await dead.StartedAsync();
        await using var publisher = run.Publish(Many, keys: Many, rate: 20 * Many);
        await Eventually.TrueAsync(
            async () => run.Read().Count > 0 && (await ConsumersAsync(admin)).Sum(static consumer => (long)consumer.PendingMessageCount) == Many,
            () => "the events to be given out");
        await dead.KillAsync();
        var deadConsumer = Assert.Single(await ConsumersAsync(admin)).Name;

        var heir = run.AddMember(partitions: 1, run.Gate("heir"));

        // It takes several claims. At each look, all that was given out stands with somebody.
        await Eventually.TrueAsync(
            async () =>
            {
                var consumers = await ConsumersAsync(admin);
                Assert.Equal(Many, consumers.Sum(static consumer => (long)consumer.PendingMessageCount));
                return !consumers.Any(consumer => consumer.Name == deadConsumer);
            },
            () => "the dead member's consumer to go");
        await File.WriteAllTextAsync(run.Gate("heir"), string.Empty, TestContext.Current.CancellationToken);
        await run.UntilHandledAsync(Many);
        await run.UntilDeadAreKnownAsync();
        await heir.LeaveAsync();
        await run.AssertLeftCleanAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restarts_AgainAndAgain_LeaveNothingBehind(bool isCompeting)
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var database = admin.GetDatabase();
        var tally = new Tally();
        var keys = new List<string>();
        for (var restart = 0; restart < Restarts; restart++)
        {
            await using var bus = await RunBuses.StartAsync(server.Address, tally, options =>
            {
                options.Partitions = 1;
                if (isCompeting)
                {
                    options.CompetingGroups.Add("*");
                }
            });
            await bus.PublishAsync([new Counted("key", restart)]);
            await tally.ReachedAsync(restart + 1, bus.Log);
            await bus.StopAsync();
            if (restart == 1)
            {
                keys = Keys(admin);
            }
        }

        var group = Assert.Single(await database.StreamGroupInfoAsync(s_stream));
        Assert.Equal(0, group.PendingMessageCount);
        Assert.InRange(group.ConsumerCount, 0, 2);
        Assert.Equal(0, await database.SortedSetLengthAsync(RedisPlaces.Members(RunBus.Group)));
        Assert.Equal(0, await database.HashLengthAsync(RedisPlaces.Info(RunBus.Group)));
        Assert.Equal(keys, Keys(admin));
        Assert.Equal(Restarts, tally.Count);
    }

    [Fact]
    public async Task NamesOfDeadConsumers_AreKeptForAWeek()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var run = new CrashRun(server, isCompeting: true);
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var dead = run.AddMember(partitions: 1);
        await dead.StartedAsync();
        await using var publisher = run.Publish(count: 1, keys: 1, rate: 1);
        await run.UntilHandledAsync(1);
        await dead.KillAsync();
        run.AddMember(partitions: 1);
        var fenced = s_stream.Append($":fenced:{ProcessSettings.Group}");
        await Eventually.TrueAsync(async () => await admin.GetDatabase().KeyExistsAsync(fenced), () => "the dead member to be fenced");

        Assert.InRange((await admin.GetDatabase().KeyTimeToLiveAsync(fenced))!.Value, TimeSpan.FromDays(6), TimeSpan.FromDays(7));
    }

    private static Task<StreamConsumerInfo[]> ConsumersAsync(ConnectionMultiplexer admin) =>
        admin.GetDatabase().StreamConsumerInfoAsync(s_stream, ProcessSettings.Group);

    // Keys that expire come and go.
    private static List<string> Keys(ConnectionMultiplexer admin) =>
    [
        .. admin.GetServers()[0].Keys(pattern: "*").Where(key => admin.GetDatabase().KeyTimeToLive(key) is null)
            .Select(static key => key.ToString()).Order(StringComparer.Ordinal),
    ];
}
