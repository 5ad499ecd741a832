using EventBus.Redis.Tests.Crashes;
using EventBus.Redis.Tests.Runs;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Foreign;

/// <summary>Entries that somebody takes off a stream while a dead member has them.</summary>
public sealed class TrimmedEntryTests
{
    private const int Removed = 521;
    private const int Pending = 8;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task PendingEntries_WhoseBodiesAreGone_AreToldOnceAndDoNotHoldTheGroupUp(bool isCompeting, bool allAtOnce)
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var run = new CrashRun(server, isCompeting);
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var stream = RedisPlaces.Stream(Counted.Topic, 0);

        // The member dies with as many events in its hands as it handles at once, each of another key.
        var member = run.AddMember(partitions: 1, run.Gate("never"));
        await member.StartedAsync();
        await using var publisher = run.Publish(Pending, keys: Pending, rate: 10_000);
        await Eventually.TrueAsync(
            () => run.Read().Count(static line => line.Kind == JournalKind.Begun) == Pending, () => "the member to begin all events");
        await member.KillAsync();
        var entries = await admin.GetDatabase().StreamRangeAsync(stream);
        var kept = allAtOnce ? [] : new HashSet<RedisValue> { entries[1].Id, entries[^1].Id };
        if (allAtOnce)
        {
            await admin.GetDatabase().StreamTrimAsync(stream, 0);
        }
        else
        {
            await admin.GetDatabase().StreamDeleteAsync(stream, [.. entries.Select(static entry => entry.Id).Where(id => !kept.Contains(id))]);
        }

        var tally = new Tally();
        await using var bus = await RunBuses.StartAsync(server.Address, tally, options =>
        {
            options.MemberTimeout = CrashRun.MemberTimeout;
            if (isCompeting)
            {
                options.CompetingGroups.Add("*");
            }
        });
        await bus.PublishAsync([new Counted("after", 0)]);
        await tally.ReachedAsync(kept.Count + 1, bus.Log);
        await bus.SettledAsync();
        await Eventually.TrueAsync(() => bus.Log.Of(Removed).Any(), () => $"the loss to be told{bus.Log}");

        var told = Assert.Single(bus.Log.Of(Removed));
        Assert.Contains($"{Pending - kept.Count} events of", told, StringComparison.Ordinal);
        Assert.Equal(kept.Count + 1, tally.Count);
        Assert.Equal(0, await bus.CountDeadAsync());
    }
}
