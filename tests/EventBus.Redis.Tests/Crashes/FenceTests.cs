using EventBus.Redis.Tests.Runs;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Crashes;

/// <summary>A member that is held while it handles an event, and goes on when another one has taken the event over.</summary>
public sealed class FenceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LateWork_OfAMemberThatWasTakenForDead_SettlesNothing(bool isCompeting)
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var run = new CrashRun(server, isCompeting);
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var first = run.AddMember(partitions: 1, run.Gate("first"));
        await first.StartedAsync();
        await using var publisher = run.Publish(count: 1, keys: 1, rate: 1);
        await run.UntilAsync(() => first.Has(JournalKind.Begun), "the first member to begin the event");
        var second = run.AddMember(partitions: 1, run.Gate("second"));
        await second.StartedAsync();

        await first.StopAsync();
        await run.UntilAsync(() => second.Has(JournalKind.Begun), "the second member to take the event over");
        await File.WriteAllTextAsync(run.Gate("first"), string.Empty, TestContext.Current.CancellationToken);
        await first.ContinueAsync();

        // Its handler has ended, and whatever it wanted to settle is sent: it has been told so, by whatever came first, and has joined again.
        await run.UntilAsync(() => first.Has(JournalKind.Handled), "the first member's handler to end");
        await Eventually.TrueAsync(
            async () => await admin.GetDatabase().SortedSetLengthAsync(RedisPlaces.Members(ProcessSettings.Group)) == 2
                && run.Read().Count > 0 && first.Lines.Exists(static line => line.Kind == JournalKind.Warning),
            () => "the first member to join again");
        Assert.Equal(1, await PendingAsync(admin));

        await File.WriteAllTextAsync(run.Gate("second"), string.Empty, TestContext.Current.CancellationToken);
        await run.UntilAsync(() => second.Has(JournalKind.Handled), "the second member's handler to end");
        await Eventually.TrueAsync(async () => await PendingAsync(admin) == 0, () => "what the second member has handled to be settled");
        Assert.Equal(2, run.Read().Count(static line => line.Kind == JournalKind.Handled));
    }

    private static async Task<long> PendingAsync(ConnectionMultiplexer admin) =>
        (await admin.GetDatabase().StreamGroupInfoAsync(RedisPlaces.Stream(Counted.Topic, 0))).Sum(static group => (long)group.PendingMessageCount);
}
