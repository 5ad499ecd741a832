using EventBus.Idempotency;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Idempotency;

/// <summary>Leases and windows on a clock that the test moves.</summary>
public sealed class LeaseTests
{
    private const int LeaseLost = 362;
    private const int LeaseNotRenewed = 363;
    private const int LeaseNotReleased = 364;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private readonly ManualClock _clock = new();
    private readonly LogLines _log = new();
    private readonly Seen<string> _handled = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WatchedStore _store;

    public LeaseTests() => _store = new WatchedStore(_clock);

    [Fact]
    public async Task HandlerLongerThanTheLease_KeepsItByRenewing()
    {
        await using var bus = await StartAsync();
        await PublishAsync(bus, "long", "id", "k1");
        await _handled.CountAsync(1);
        for (var i = 0; i < 20; i++)
        {
            _clock.Advance(Lease / 4);
        }

        await PublishAsync(bus, "long again", "id", "k2");
        await _store.UntilAsync("Claim: Running");
        _gate.SetResult();
        await _handled.UntilAsync(seen => seen.Contains("long ends"));
        await UntilWithTimeAsync("Claim: Done");

        Assert.Equal(["long begins", "long ends"], _handled.Items);
        Assert.Equal(0, _log.CountOf(LeaseLost));
    }

    [Fact]
    public async Task Renewal_OfALongRun_HappensByTheHalfOfTheLease()
    {
        await using var bus = await StartAsync();
        await PublishAsync(bus, "long", "id", "k1");
        await _handled.CountAsync(1);

        _clock.Advance(Lease / 4);
        Assert.Equal(0, _store.CountOf("Renew"));
        _clock.Advance(Lease / 4);
        await _store.UntilAsync("Renew: True");
        _clock.Advance(Lease / 2);
        await _store.UntilAsync("Renew: True", 2);
        _gate.SetResult();
        await _store.UntilAsync("Complete");

        var renewals = _store.CountOf("Renew");
        _clock.Advance(10 * Lease);
        Assert.Equal(renewals, _store.CountOf("Renew"));
    }

    [Fact]
    public async Task Renewal_OfOneOfTwoRuns_GoesOnWhenTheOtherHasEnded()
    {
        var other = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bus = await StartAsync(wait: name => name == "first" ? other.Task : _gate.Task);
        await PublishAsync(bus, "first", "1", "k1");
        await _handled.CountAsync(1);
        await PublishAsync(bus, "second", "2", "k2");
        await _handled.CountAsync(2);
        other.SetResult();
        await _store.UntilAsync("Complete: True");

        _clock.Advance(2 * Lease);
        Assert.Equal(4, _store.CountOf("Renew: True"));
        Assert.Equal(0, _store.CountOf("Renew: False"));
        await PublishAsync(bus, "third", "3", "k1");
        await _handled.UntilAsync(seen => seen.Contains("third begins"));
        _clock.Advance(Lease);
        Assert.Equal(8, _store.CountOf("Renew: True"));
        _gate.SetResult();
        await _store.UntilAsync("Complete: True", 3);
    }

    [Fact]
    public async Task Renewal_ThatFails_IsTriedAgainInTime()
    {
        await using var bus = await StartAsync();
        await PublishAsync(bus, "long", "id", "k1");
        await _handled.CountAsync(1);
        _store.Before = call => call == "Renew" ? throw new IOException("The store is away.") : ValueTask.CompletedTask;
        _clock.Advance(Lease / 2);
        await _store.UntilAsync("Renew failed");
        await _log.UntilAsync(LeaseNotRenewed);
        _store.Before = _ => ValueTask.CompletedTask;
        _clock.Advance(Lease / 4);
        await _store.UntilAsync("Renew: True");
        _gate.SetResult();
        await _store.UntilAsync("Complete: True");
    }

    [Fact]
    public async Task LeaseLost_ToSomebodyElse_IsWarnedOfAndTheEventSettled()
    {
        await using var bus = await StartAsync();
        await PublishAsync(bus, "long", "id", "k1");
        await _handled.CountAsync(1);
        _store.Before = call => call == "Renew" ? throw new IOException("The store is away.") : ValueTask.CompletedTask;
        _clock.Advance(2 * Lease);
        Assert.Equal(IdempotencyState.Claimed, await _store.ClaimAsync(
            "s/id", Guid.NewGuid(), Lease, TestContext.Current.CancellationToken));

        _gate.SetResult();
        await _store.UntilAsync("Complete: False");
        await _log.UntilAsync(LeaseLost);
        await bus.Bus.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["long begins", "long ends"], _handled.Items);
        Assert.All(
            await bus.Log.GetLagAsync("s", TestContext.Current.CancellationToken), lag => Assert.Equal(0, lag.Count));
    }

    [Fact]
    public async Task OwnerThatDied_LosesItsLeaseAtItsEndAndNotBefore()
    {
        await using var bus = await StartAsync();
        await _store.Inner.ClaimAsync("s/id", Guid.NewGuid(), Lease, TestContext.Current.CancellationToken);
        _gate.SetResult();
        await PublishAsync(bus, "heir", "id", "k1");
        await UntilWithTimeAsync("Claim: Claimed");

        Assert.InRange(_clock.GetTimestamp(), Lease.Ticks, (Lease + TimeSpan.FromSeconds(1)).Ticks);
        Assert.InRange(_store.CountOf("Claim: Running"), 2, int.MaxValue);
        Assert.Equal(["heir begins", "heir ends"], await _handled.CountAsync(2));
    }

    [Fact]
    public async Task Window_ThatIsOver_LetsTheIdBeHandledAgain()
    {
        await using var bus = await StartAsync();
        _gate.SetResult();
        await PublishAsync(bus, "first", "id", "k");
        await _store.UntilAsync("Complete: True");
        _clock.Advance(Window - TimeSpan.FromTicks(1));
        await PublishAsync(bus, "second", "id", "k");
        await _store.UntilAsync("Claim: Done");
        _clock.Advance(TimeSpan.FromTicks(1));
        await PublishAsync(bus, "third", "id", "k");

        Assert.Equal(["first begins", "first ends", "third begins", "third ends"], await _handled.CountAsync(4));
    }

    [Fact]
    public async Task FailedRun_WhoseReleaseFails_WaitsForTheEndOfTheLease()
    {
        await using var bus = await StartAsync();
        _store.Before = call => call == "Release" ? throw new IOException("The store is away.") : ValueTask.CompletedTask;
        await PublishAsync(bus, "fails", "id", "k1");
        await _handled.CountAsync(1);
        _gate.SetException(new InvalidOperationException("It fails on purpose."));
        await _log.UntilAsync(LeaseNotReleased);
        await _log.UntilAsync(301);

        await UntilWithTimeAsync("Claim: Running");
        await UntilWithTimeAsync("Claim: Claimed", 2);

        // The second claim that is granted comes behind those that met the lease.
        var claims = _store.Calls.Items.Where(call => call.StartsWith("Claim", StringComparison.Ordinal)).ToList();
        Assert.Equal(["Claim: Claimed", "Claim: Running"], claims.Take(2));
        Assert.Equal("Claim: Claimed", claims.Skip(1).First(call => call != "Claim: Running"));
    }

    [Fact]
    public async Task StopToken_EndsTheHandler_FreesTheId()
    {
        await using var bus = await StartAsync(waitForToken: true);
        await PublishAsync(bus, "long", "id", "k1");
        await _handled.CountAsync(1);
        await bus.Bus.StopAsync(new CancellationToken(canceled: true));

        Assert.Equal(["Claim: Claimed", "Release: True"], _store.Calls.Items);
    }

    // The dispatcher sets its timer on the pool: time goes on when it has, and no further than to it.
    private async Task UntilWithTimeAsync(string call, int count = 1)
    {
        var met = _store.UntilAsync(call, count);
        while (!met.IsCompleted)
        {
            _clock.AdvanceToNext(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await met;
    }

    private Task<TestBus> StartAsync(bool waitForToken = false, Func<string, Task>? wait = null) => TestBus.StartAsync(
        bus => bus.AddAnimals().Subscription("s").WithIdempotency().WithConcurrency(2)
            .Configure(options => (options.IdempotencyLease, options.IdempotencyWindow) = (Lease, Window))
            .Handle<Cat>(async (cat, _, token) =>
            {
                _handled.Add($"{cat.Name} begins");

                // A test that has failed moves the clock no more, and still has to end.
                await (wait?.Invoke(cat.Name) ?? _gate.Task).WaitAsync(
                    TestBus.Deadline, TimeProvider.System, waitForToken ? token : CancellationToken.None);
                _handled.Add($"{cat.Name} ends");
            }),
        services => services.AddSingleton<TimeProvider>(_clock).AddSingleton(_log.Factory())
            .AddSingleton<IIdempotencyStore>(_store));

    private static async Task PublishAsync(TestBus bus, string name, string id, string key) => await bus.Publisher.PublishAsync(
        new Cat(name), new PublishOptions { Key = key, Id = id }, TestContext.Current.CancellationToken);
}
