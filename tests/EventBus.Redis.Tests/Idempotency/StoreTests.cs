using System.Diagnostics;
using EventBus.Idempotency;
using EventBus.Redis.Tests.Servers;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Idempotency;

/// <summary>The contract of a store, sentence by sentence. Where a test wants a lease or a window to be over, it makes the key expire.</summary>
public sealed class StoreTests(TestRedis redis) : IAsyncDisposable
{
    private static readonly TimeSpan Little = TimeSpan.FromSeconds(15);
    private readonly StoreHost _store = new(redis);
    private readonly Guid _one = Guid.NewGuid();
    private readonly Guid _other = Guid.NewGuid();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Claim_OfAFreeKey_IsItsOwnersUntilTheLeaseIsOver()
    {
        Assert.Equal(IdempotencyState.Claimed, await _store.ClaimAsync(_one));
        Assert.Equal(IdempotencyState.Running, await _store.ClaimAsync(_other));
        await AssertLeftAsync(StoreHost.Lease);

        await EndAsync();
        Assert.Equal(IdempotencyState.Claimed, await _store.ClaimAsync(_other));
        Assert.Equal(IdempotencyState.Running, await _store.ClaimAsync(_one));
    }

    [Fact]
    public async Task Claim_AgainByTheSameOwner_IsANewLease()
    {
        await _store.ClaimAsync(_one);
        await LeaveAsync(Little);
        Assert.Equal(IdempotencyState.Claimed, await _store.ClaimAsync(_one));
        await AssertLeftAsync(StoreHost.Lease);
    }

    [Fact]
    public async Task Claim_BySomebodyElse_LeavesTheLeaseAsItIs()
    {
        await _store.ClaimAsync(_one);
        await LeaveAsync(Little);
        await _store.ClaimAsync(_other);
        await AssertLeftAsync(Little);
        Assert.True(await _store.RenewAsync(_one));
    }

    [Theory]
    [InlineData("KEY")]
    [InlineData("key ")]
    [InlineData("{key}")]
    [InlineData("ke\u0301y")]
    [InlineData("group#contract#a business key: {äöü} 🦀 \r\n\0*?[")]
    public async Task Claim_OfAnotherKey_IsNotHindered(string key)
    {
        await _store.ClaimAsync(_one);
        Assert.Equal(IdempotencyState.Claimed, await _store.ClaimAsync(_other, key));
        Assert.Equal(IdempotencyState.Running, await _store.ClaimAsync(_one, key));
        Assert.True(await _store.CompleteAsync(_other, key));
        Assert.Equal(IdempotencyState.Running, await _store.ClaimAsync(_other));
    }

    [Fact]
    public async Task Claim_WithAnotherPrefix_IsNotHindered()
    {
        await using var neighbour = new StoreHost(redis);
        await _store.ClaimAsync(_one);
        Assert.Equal(IdempotencyState.Claimed, await neighbour.ClaimAsync(_other));
    }

    [Fact]
    public async Task Claim_After100Milliseconds_CountsByTheServersClock()
    {
        var lease = TimeSpan.FromMilliseconds(100);
        var start = Stopwatch.GetTimestamp();
        await _store.ClaimAsync(_one, lease: lease);

        // A look at a key does not end it: the server does, by its clock.
        while (await _store.ClaimAsync(_other) == IdempotencyState.Running)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Deadline.Default, "The lease does not end.");
        }

        // The server counts in whole milliseconds.
        Assert.True(Stopwatch.GetElapsedTime(start) > lease - TimeSpan.FromMilliseconds(2), "The lease ended too early.");
    }

    [Fact]
    public async Task Renew_ByTheOwner_MakesTheLeaseLonger()
    {
        await _store.ClaimAsync(_one);
        await LeaveAsync(Little);
        Assert.True(await _store.RenewAsync(_one));
        await AssertLeftAsync(StoreHost.Lease);

        await EndAsync();
        Assert.False(await _store.RenewAsync(_one));
        Assert.Equal(IdempotencyState.Claimed, await _store.ClaimAsync(_other));
    }

    [Fact]
    public async Task Renew_OfWhatDoesNotRun_MakesNothingRun()
    {
        Assert.False(await _store.RenewAsync(_one));
        Assert.False(await redis.Admin.KeyExistsAsync(_store.Key()));

        await _store.ClaimAsync(_one);
        await LeaveAsync(Little);
        Assert.False(await _store.RenewAsync(_other));
        await AssertLeftAsync(Little);

        await _store.CompleteAsync(_one);
        Assert.False(await _store.RenewAsync(_one));
        await AssertLeftAsync(StoreHost.Window);
        Assert.Equal(IdempotencyState.Done, await _store.ClaimAsync(_one));
    }

    [Fact]
    public async Task Complete_ByTheOwner_IsDoneUntilTheWindowEnds()
    {
        await _store.ClaimAsync(_one);
        Assert.True(await _store.CompleteAsync(_one));
        await AssertLeftAsync(StoreHost.Window);
        Assert.Equal(IdempotencyState.Done, await _store.ClaimAsync(_one));
        Assert.Equal(IdempotencyState.Done, await _store.ClaimAsync(_other));
        await AssertLeftAsync(StoreHost.Window);

        await EndAsync();
        Assert.Equal(IdempotencyState.Claimed, await _store.ClaimAsync(_other));
    }

    [Fact]
    public async Task Complete_Again_ChangesNothing()
    {
        await _store.ClaimAsync(_one);
        await _store.CompleteAsync(_one);
        await LeaveAsync(Little);
        Assert.True(await _store.CompleteAsync(_one));
        await AssertLeftAsync(Little);
    }

    [Fact]
    public async Task Complete_AfterTheLease_CountsUnlessSomebodyElseHasTheKey()
    {
        await _store.ClaimAsync(_one);
        await EndAsync();
        Assert.True(await _store.CompleteAsync(_one));
        Assert.Equal(IdempotencyState.Done, await _store.ClaimAsync(_other));

        await EndAsync();
        await _store.ClaimAsync(_other);
        await LeaveAsync(Little);
        Assert.False(await _store.CompleteAsync(_one));
        await AssertLeftAsync(Little);
        Assert.Equal(IdempotencyState.Running, await _store.ClaimAsync(_one));

        Assert.True(await _store.CompleteAsync(_other));
        await LeaveAsync(Little);
        Assert.False(await _store.CompleteAsync(_one));
        await AssertLeftAsync(Little);
    }

    [Fact]
    public async Task Release_ByTheOwner_MakesItFree()
    {
        await _store.ClaimAsync(_one);
        await _store.ReleaseAsync(_other);
        Assert.Equal(IdempotencyState.Running, await _store.ClaimAsync(_other));
        await _store.ReleaseAsync(_one);
        Assert.False(await redis.Admin.KeyExistsAsync(_store.Key()));

        // The same call once more, when the key has gone on to somebody else.
        await _store.ClaimAsync(_other);
        await _store.ReleaseAsync(_one);
        Assert.Equal(IdempotencyState.Running, await _store.ClaimAsync(_one));
    }

    [Fact]
    public async Task Release_OfWhatIsDoneOrFree_ChangesNothing()
    {
        await _store.ReleaseAsync(_one);
        await _store.ClaimAsync(_one);
        await _store.CompleteAsync(_one);
        await _store.ReleaseAsync(_one);
        Assert.Equal(IdempotencyState.Done, await _store.ClaimAsync(_other));
    }

    [Fact]
    public async Task Lengths_BelowAMillisecond_AreOne()
    {
        var tick = TimeSpan.FromTicks(1);
        Assert.Equal(IdempotencyState.Claimed, await _store.ClaimAsync(_one, lease: tick));
        Assert.True(await _store.CompleteAsync(_one, window: tick));
    }

    [Fact]
    public async Task Keys_OfEveryState_ExpireAndAreSmall()
    {
        foreach (var round in Enumerable.Range(0, 20))
        {
            await _store.ClaimAsync(_one, $"runs {round}");
            await _store.ClaimAsync(_one, $"renewed {round}");
            await _store.RenewAsync(_one, $"renewed {round}");
            await _store.ClaimAsync(_one, $"done {round}");
            await _store.CompleteAsync(_one, $"done {round}");
            await _store.CompleteAsync(_one, $"late {round}");
        }

        var server = redis.Admin.Multiplexer.GetServers()[0];
        var keys = await server.KeysAsync(pattern: $"{_store.Prefix}*").ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(80, keys.Count);
        foreach (var key in keys)
        {
            Assert.NotNull(await redis.Admin.KeyTimeToLiveAsync(key));
            Assert.Equal(17, await redis.Admin.StringLengthAsync(key));
        }
    }

    [Fact]
    public async Task Scripts_ForgottenByTheServer_AreSentAgain()
    {
        await _store.ClaimAsync(_one);
        await redis.Admin.ExecuteAsync("SCRIPT", "FLUSH");
        Assert.Equal(IdempotencyState.Running, await _store.ClaimAsync(_other));
    }

    private Task<bool> EndAsync() => redis.Admin.KeyExpireAsync(_store.Key(), TimeSpan.Zero);

    private async Task LeaveAsync(TimeSpan time) => Assert.True(await redis.Admin.KeyExpireAsync(_store.Key(), time));

    private async Task AssertLeftAsync(TimeSpan expected)
    {
        var left = await redis.Admin.KeyTimeToLiveAsync(_store.Key());
        Assert.InRange(left ?? Timeout.InfiniteTimeSpan, expected - Little + TimeSpan.FromMilliseconds(1), expected);
    }
}
