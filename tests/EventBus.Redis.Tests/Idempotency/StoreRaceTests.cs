using EventBus.Idempotency;
using EventBus.Redis.Tests.Servers;

namespace EventBus.Redis.Tests.Idempotency;

/// <summary>Callers at once, over two connections as two processes have them.</summary>
public sealed class StoreRaceTests : IAsyncDisposable
{
    private const int Rounds = 100;
    private readonly StoreHost[] _stores;

    public StoreRaceTests(TestRedis redis)
    {
        var prefix = TestRedis.NewPrefix();
        _stores = [new StoreHost(redis.Configuration, prefix), new StoreHost(redis.Configuration, prefix)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Claim_By16AtOnce_IsOneOwners()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var states = await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(
                () => _stores[caller % 2].ClaimAsync(Guid.NewGuid(), $"key {round}"))));
            Assert.Single(states, IdempotencyState.Claimed);
            Assert.Equal(15, states.Count(state => state == IdempotencyState.Running));
        }
    }

    [Fact]
    public async Task Claim_By16AtOnceWhileItsRunFails_IsOneOwnersAgain()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var key = $"key {round}";
            var first = Guid.NewGuid();
            await _stores[0].ClaimAsync(first, key);
            var release = _stores[0].ReleaseAsync(first, key);
            var states = await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(
                () => _stores[caller % 2].ClaimAsync(Guid.NewGuid(), key))));
            await release;
            Assert.InRange(states.Count(state => state == IdempotencyState.Claimed), 0, 1);
            Assert.DoesNotContain(IdempotencyState.Done, states);
        }
    }

    [Fact]
    public async Task Complete_AfterTheLeaseWhileAnotherClaims_OneOfThemHasTheKey()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var key = $"key {round}";
            var completing = Task.Run(() => _stores[0].CompleteAsync(Guid.NewGuid(), key));
            var claiming = Task.Run(() => _stores[1].ClaimAsync(Guid.NewGuid(), key));
            Assert.Equal(await completing ? IdempotencyState.Done : IdempotencyState.Claimed, await claiming);
        }
    }

    [Fact]
    public async Task Run_OfOneProcess_IsSeenByTheOther()
    {
        var owner = Guid.NewGuid();
        await _stores[0].ClaimAsync(owner);
        Assert.Equal(IdempotencyState.Running, await _stores[1].ClaimAsync(Guid.NewGuid()));
        Assert.True(await _stores[1].RenewAsync(owner));
        Assert.True(await _stores[0].CompleteAsync(owner));
        Assert.Equal(IdempotencyState.Done, await _stores[1].ClaimAsync(Guid.NewGuid()));
    }
}
