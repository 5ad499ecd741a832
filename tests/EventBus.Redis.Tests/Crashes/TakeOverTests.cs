using EventBus.Redis.Tests.Runs;
using EventBus.Shared.Crashes;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Crashes;

/// <summary>How soon the others have what a dead member had, and that they do not take what a live one has; with the default settings.</summary>
public sealed class TakeOverTests(ITestOutputHelper output)
{
    // A member reads as many at once.
    private const int Events = 300;
    private static readonly TimeSpan s_promised = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Member_ThatIsKilled_HasLeftAllToTheOthersWithinTenSeconds(bool isCompeting)
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var run = new CrashRun(server, isCompeting, hasDefaults: true);
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var victim = run.AddMember(gate: run.Gate("never"));
        RunningProcess[] heirs = [run.AddMember(), run.AddMember()];
        await run.StartedAsync();
        await Eventually.TrueAsync(async () => isCompeting || await OwnersAsync(admin) == run.Members.Count, () => "all members to have partitions");
        await using var publisher = run.Publish(Events, CrashRun.Keys, rate: 20 * Events);
        await run.UntilAsync(
            () => victim.Has(JournalKind.Begun) && Array.TrueForAll(heirs, static heir => heir.Has(JournalKind.Handled)), "all members to have events");

        await victim.KillAsync();
        await run.UntilHandledAsync(Events);

        var last = run.Read().Where(static line => line.Kind == JournalKind.Handled).Max(static line => line.End);
        var took = TimeProvider.System.GetElapsedTime(victim.Ends[0], last);
        output.WriteLine($"The last event was handled {took.TotalSeconds:F1} s after the death.");
        Assert.InRange(took, TimeSpan.FromSeconds(1), s_promised);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Events_InTheBufferOfALiveMember_StayItsOwnHoweverSlowItIs(bool isCompeting)
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var run = new CrashRun(server, isCompeting, hasDefaults: true);
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var slow = run.AddMember(partitions: 1, run.Gate("slow"));
        await slow.StartedAsync();
        await using var publisher = run.Publish(Events, CrashRun.Keys, rate: 20 * Events);
        await run.UntilAsync(() => slow.Has(JournalKind.Begun), "the slow member to begin");
        await Eventually.TrueAsync(async () => (await PendingAsync(admin)).Length == Events, () => "the slow member to have all events");
        var holder = await HolderAsync(admin);
        await run.AddMember(partitions: 1).StartedAsync();

        // By then the other one has had every occasion to take it for dead.
        var lying = 2 * new RedisOptions().MemberTimeout;
        await Eventually.TrueAsync(
            async () => Array.TrueForAll(await PendingAsync(admin), entry => entry.IdleTimeInMilliseconds > lying.TotalMilliseconds),
            () => "the events to lie for long");
        Assert.Equal(holder, await HolderAsync(admin));
        await File.WriteAllTextAsync(run.Gate("slow"), string.Empty, TestContext.Current.CancellationToken);
        await run.UntilHandledAsync(Events);

        Assert.Equal(Events, run.Read().Count(static line => line.Kind == JournalKind.Handled));
        Assert.Equal(Events, slow.Lines.Count(static line => line.Kind == JournalKind.Handled));
    }

    private static async Task<int> OwnersAsync(ConnectionMultiplexer admin)
    {
        var leases = await admin.GetDatabase().HashGetAllAsync(RedisPlaces.Leases(ProcessSettings.Group));
        return leases.Select(static lease => lease.Value.ToString().Split(' ')[0]).Where(static owner => owner != "0").Distinct().Count();
    }

    private static async Task<string> HolderAsync(ConnectionMultiplexer admin) =>
        Assert.Single((await PendingAsync(admin)).Select(static entry => entry.ConsumerName.ToString()).Distinct(StringComparer.Ordinal));

    private static async Task<StreamPendingMessageInfo[]> PendingAsync(ConnectionMultiplexer admin)
    {
        var stream = RedisPlaces.Stream(Counted.Topic, 0);
        var database = admin.GetDatabase();
        return await database.KeyExistsAsync(stream)
            ? await database.StreamPendingMessagesAsync(stream, (await database.StreamGroupInfoAsync(stream))[0].Name, Events, RedisValue.Null)
            : [];
    }
}
