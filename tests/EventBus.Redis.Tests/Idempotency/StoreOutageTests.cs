using EventBus.Idempotency;
using EventBus.Redis.Tests.Servers;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Idempotency;

/// <summary>The store when the server goes, comes back, hangs, or refuses.</summary>
public sealed class StoreOutageTests
{
    private readonly Guid _one = Guid.NewGuid();
    private readonly Guid _other = Guid.NewGuid();

    [Fact]
    public async Task Keys_AfterACrashOfAServerThatWritesAtOnce_AreWhatTheyWere()
    {
        await using var server = new RedisServer("--appendonly", "yes", "--appendfsync", "always");
        await server.StartAsync();
        await using var store = new StoreHost(server.Address, "test:");
        await store.ClaimAsync(_one, "runs");
        await store.ClaimAsync(_one, "done");
        await store.CompleteAsync(_one, "done");

        await server.KillAsync();
        await server.StartAsync();

        // The first calls may still meet the connection that has ended.
        Assert.Equal(IdempotencyState.Running, await OnceBackAsync(() => store.ClaimAsync(_other, "runs")));
        Assert.Equal(IdempotencyState.Done, await store.ClaimAsync(_other, "done"));
        Assert.True(await store.RenewAsync(_one, "runs"));
        Assert.True(await store.CompleteAsync(_one, "runs"));
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        Assert.InRange(await admin.GetDatabase().KeyTimeToLiveAsync(store.Key("done")) ?? Timeout.InfiniteTimeSpan, TimeSpan.Zero, StoreHost.Window);
    }

    [Fact]
    public async Task Calls_WhileTheServerIsAway_FailWithAWordAndTheCause()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var store = new StoreHost(server.Address + ",syncTimeout=500,asyncTimeout=500", "test:");
        await store.ClaimAsync(_one);
        await server.KillAsync();

        foreach (var (call, done) in CallsOf(store))
        {
            var thrown = await Assert.ThrowsAsync<EventBusException>(call);
            Assert.Matches(
                $"^The idempotency key 'key' could not be {done} in Redis: [^.]{{1,80}}\\. It is asked again when the server is back\\.$", thrown.Message);
            Assert.NotNull(thrown.InnerException);
        }
    }

    [Fact]
    public async Task Claim_GivenUpWhileTheServerHangs_DoesNotHoldTheKey()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var store = new StoreHost(server.Address, "test:");
        await store.ClaimAsync(_other, "to be connected");
        await server.PauseAsync();
        using var stop = new CancellationTokenSource();
        var claim = store.ClaimAsync(_one, cancellation: stop.Token);
        Assert.False(claim.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => claim.Within());
        await server.ContinueAsync();
        Assert.Equal(IdempotencyState.Claimed, await store.ClaimAsync(_other));
    }

    [Fact]
    public async Task Calls_WithATokenThatHasFired_AreNotMade()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var store = new StoreHost(server.Address, "test:");

        var fired = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.ClaimAsync(_one, cancellation: fired));
        Assert.Equal(IdempotencyState.Claimed, await store.ClaimAsync(_other));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.CompleteAsync(_other, cancellation: fired));
        Assert.Equal(IdempotencyState.Running, await store.ClaimAsync(_one));
    }

    [Fact]
    public async Task Claim_OnAFullServer_TellsThatItIsFull()
    {
        await using var server = new RedisServer("--maxmemory", "1");
        await server.StartAsync();
        await using var store = new StoreHost(server.Address, "test:");

        var thrown = await Assert.ThrowsAsync<EventBusException>(() => store.ClaimAsync(_one));

        Assert.Contains("make room, or raise its maxmemory", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_OnAKeyOfAnotherType_Fail()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var store = new StoreHost(server.Address, "test:");
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        await admin.GetDatabase().ListLeftPushAsync(store.Key(), "somebody else's");

        foreach (var (call, done) in CallsOf(store))
        {
            var thrown = await Assert.ThrowsAsync<EventBusException>(call);
            Assert.Contains($"'key' could not be {done} in Redis: WRONGTYPE", thrown.Message, StringComparison.Ordinal);
            Assert.Contains("that nothing else uses the bus's key prefix", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Claim_ByAUserWithoutTheRight_TellsOfRights()
    {
        await using var server = new RedisServer { Users = MinimalAcl.For("test:").Replace("+eval +evalsha", string.Empty, StringComparison.Ordinal) };
        await server.StartAsync();
        await using var store = new StoreHost(server.Address + ",user=bus,password=secret", "test:");

        var thrown = await Assert.ThrowsAsync<EventBusException>(() => store.ClaimAsync(_one));

        Assert.Contains("NOPERM", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("Check the rights of the connection's user", thrown.Message, StringComparison.Ordinal);
    }

    private (Func<Task> Call, string Done)[] CallsOf(StoreHost store) =>
    [
        (() => store.ClaimAsync(_one), "claimed"), (() => store.RenewAsync(_one), "renewed"),
        (() => store.CompleteAsync(_one), "completed"), (() => store.ReleaseAsync(_one), "released"),
    ];

    private static async Task<T> OnceBackAsync<T>(Func<Task<T>> call)
    {
        using var deadline = new CancellationTokenSource(Deadline.Default, TimeProvider.System);
        while (true)
        {
            try
            {
                return await call();
            }
            catch (EventBusException) when (!deadline.IsCancellationRequested)
            {
                // Not back yet.
            }
        }
    }
}
