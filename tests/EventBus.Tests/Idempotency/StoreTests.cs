using EventBus.Idempotency;

namespace EventBus.Tests.Idempotency;

/// <summary>The store in memory, through the contract that every store has.</summary>
public sealed class StoreTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private readonly ManualClock _clock = new();
    private readonly IIdempotencyStore _store;
    private readonly Guid _one = Guid.NewGuid();
    private readonly Guid _other = Guid.NewGuid();

    public StoreTests() => _store = WatchedStore.Default(_clock);

    [Fact]
    public async Task Claim_OfAFreeKey_IsItsOwnersUntilTheLeaseIsOver()
    {
        Assert.Equal(IdempotencyState.Claimed, await ClaimAsync(_one));
        Assert.Equal(IdempotencyState.Running, await ClaimAsync(_other));
        _clock.Advance(Lease - Tick);
        Assert.Equal(IdempotencyState.Running, await ClaimAsync(_other));
        _clock.Advance(Tick);
        Assert.Equal(IdempotencyState.Claimed, await ClaimAsync(_other));
        Assert.Equal(IdempotencyState.Running, await ClaimAsync(_one));
    }

    [Fact]
    public async Task Claim_AgainByTheSameOwner_IsANewLease()
    {
        await ClaimAsync(_one);
        _clock.Advance(Lease - Tick);
        Assert.Equal(IdempotencyState.Claimed, await ClaimAsync(_one));
        _clock.Advance(Lease - Tick);
        Assert.Equal(IdempotencyState.Running, await ClaimAsync(_other));
    }

    [Fact]
    public async Task Claim_OfOtherKeys_IsNotHindered()
    {
        await ClaimAsync(_one);
        Assert.Equal(IdempotencyState.Claimed, await ClaimAsync(_other, "KEY"));
        Assert.Equal(IdempotencyState.Claimed, await ClaimAsync(_other, "key "));
    }

    [Fact]
    public async Task Claim_ByManyAtOnce_IsOneOwners()
    {
        for (var round = 0; round < 200; round++)
        {
            var states = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
                async () => await ClaimAsync(Guid.NewGuid(), $"key {round}"))));
            Assert.Single(states, IdempotencyState.Claimed);
        }
    }

    [Fact]
    public async Task Renew_ByTheOwner_MakesTheLeaseLonger()
    {
        await ClaimAsync(_one);
        _clock.Advance(Lease / 2);
        Assert.True(await RenewAsync(_one));
        _clock.Advance(Lease - Tick);
        Assert.Equal(IdempotencyState.Running, await ClaimAsync(_other));
        _clock.Advance(Tick);
        Assert.False(await RenewAsync(_one));
        Assert.Equal(IdempotencyState.Claimed, await ClaimAsync(_other));
    }

    [Fact]
    public async Task Renew_OfWhatDoesNotRun_MakesNothingRun()
    {
        Assert.False(await RenewAsync(_one));
        await ClaimAsync(_one);
        Assert.False(await RenewAsync(_other));
        await ReleaseAsync(_one);
        Assert.False(await RenewAsync(_one));
        Assert.Equal(IdempotencyState.Claimed, await ClaimAsync(_other));
        await CompleteAsync(_other);
        Assert.False(await RenewAsync(_other));
    }

    [Fact]
    public async Task Complete_ByTheOwner_IsDoneUntilTheWindowEnds()
    {
        await ClaimAsync(_one);
        Assert.True(await CompleteAsync(_one));
        Assert.Equal(IdempotencyState.Done, await ClaimAsync(_one));
        _clock.Advance(Window - Tick);
        Assert.Equal(IdempotencyState.Done, await ClaimAsync(_other));
        _clock.Advance(Tick);
        Assert.Equal(IdempotencyState.Claimed, await ClaimAsync(_other));
    }

    [Fact]
    public async Task Complete_Again_ChangesNothing()
    {
        await ClaimAsync(_one);
        await CompleteAsync(_one);
        _clock.Advance(Window / 2);
        Assert.True(await CompleteAsync(_one));
        _clock.Advance(Window / 2);
        Assert.Equal(IdempotencyState.Claimed, await ClaimAsync(_other));
    }

    [Fact]
    public async Task Complete_AfterTheLease_CountsUnlessSomebodyElseHasTheKey()
    {
        await ClaimAsync(_one);
        _clock.Advance(2 * Lease);
        Assert.True(await CompleteAsync(_one));
        Assert.Equal(IdempotencyState.Done, await ClaimAsync(_other));

        await ClaimAsync(_one, "second");
        _clock.Advance(Lease);
        await ClaimAsync(_other, "second");
        Assert.False(await CompleteAsync(_one, "second"));
        Assert.Equal(IdempotencyState.Running, await ClaimAsync(_one, "second"));
        Assert.True(await CompleteAsync(_other, "second"));
        Assert.False(await CompleteAsync(_one, "second"));
    }

    [Fact]
    public async Task Release_ByTheOwner_MakesItFree()
    {
        await ClaimAsync(_one);
        await ReleaseAsync(_other);
        Assert.Equal(IdempotencyState.Running, await ClaimAsync(_other));
        await ReleaseAsync(_one);
        Assert.Equal(IdempotencyState.Claimed, await ClaimAsync(_other));
    }

    [Fact]
    public async Task Release_OfWhatIsDone_ChangesNothing()
    {
        await ClaimAsync(_one);
        await CompleteAsync(_one);
        await ReleaseAsync(_one);
        Assert.Equal(IdempotencyState.Done, await ClaimAsync(_other));
    }

    [Fact]
    public async Task Size_AfterWindowsAndLeasesAreOver_GoesDownAsNewKeysCome()
    {
        const int Keys = 1_000;
        var memory = (InMemoryIdempotencyStore)_store;
        for (var i = 0; i < Keys; i++)
        {
            await ClaimAsync(_one, $"done {i}");
            await CompleteAsync(_one, $"done {i}");
            await ClaimAsync(_one, $"dead {i}");
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(2 * Keys, memory.Count);
        _clock.Advance(Window);
        for (var i = 0; i < 2 * Keys; i++)
        {
            await ClaimAsync(_one, "new");
            await ReleaseAsync(_one, "new");
        }

        Assert.Equal(0, memory.Count);
    }

    [Fact]
    public async Task Size_UnderASteadyFlow_IsThatOfAWindow()
    {
        var memory = (InMemoryIdempotencyStore)_store;
        var most = 0;
        for (var i = 0; i < 5_000; i++)
        {
            await ClaimAsync(_one, $"key {i}");
            await CompleteAsync(_one, $"key {i}");
            _clock.Advance(Window / 100);
            most = Math.Max(most, memory.Count);
        }

        Assert.InRange(most, 100, 102);
    }

    private ValueTask ReleaseAsync(Guid owner, string key = "key") =>
        _store.ReleaseAsync(key, owner, TestContext.Current.CancellationToken);

    private ValueTask<IdempotencyState> ClaimAsync(Guid owner, string key = "key") =>
        _store.ClaimAsync(key, owner, Lease, TestContext.Current.CancellationToken);

    private ValueTask<bool> RenewAsync(Guid owner) =>
        _store.RenewAsync("key", owner, Lease, TestContext.Current.CancellationToken);

    private ValueTask<bool> CompleteAsync(Guid owner, string key = "key") =>
        _store.CompleteAsync(key, owner, Window, TestContext.Current.CancellationToken);
}
