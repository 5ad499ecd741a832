using EventBus.Redis.Tests.Crashes;
using EventBus.Redis.Tests.Runs;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Foreign;

/// <summary>A server that refuses a member something again and again, for a reason that does not pass.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task KeyOfAnotherType_WhereTheGroupNotesItsDead_IsTold_AndOnceItIsGoneTheirEventsAreTakenOver()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var run = new CrashRun(server, isCompeting: true);
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var member = run.AddMember(partitions: 1, run.Gate("never"));
        await member.StartedAsync();
        await using var publisher = run.Publish(count: 1, keys: 1, rate: 1);
        await Eventually.TrueAsync(() => run.Read().Exists(static line => line.Kind == JournalKind.Begun), () => "the event to be begun");
        await member.KillAsync();
        var dead = RedisPlaces.Stream(Counted.Topic, 0).Append($":fenced:{ProcessSettings.Group}");
        await admin.GetDatabase().StringSetAsync(dead, "somebody else's");

        var tally = new Tally();
        await using var bus = await RunBuses.StartAsync(server.Address, tally, static options =>
        {
            options.MemberTimeout = CrashRun.MemberTimeout;
            options.CompetingGroups.Add("*");
        });
        await Eventually.TrueAsync(
            () => bus.Log.Lines.Any(static line => line.Text.Contains("WRONGTYPE", StringComparison.Ordinal)), () => $"the bus to tell{bus.Log}");
        await admin.GetDatabase().KeyDeleteAsync(dead);

        await tally.ReachedAsync(1, bus.Log);
        await bus.SettledAsync();
    }
}
