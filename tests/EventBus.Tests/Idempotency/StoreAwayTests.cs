using EventBus.Idempotency;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Idempotency;

/// <summary>A store that does not answer: nothing is handled unseen, nothing counts as failed, and nothing is handled twice for it.</summary>
public sealed class StoreAwayTests
{
    private const int DeliveryFailed = 301;
    private const int StoreAway = 365;
    private const int StoreBack = 366;
    private readonly WatchedStore _store = new();
    private readonly LogLines _log = new();
    private readonly Seen<string> _handled = new();

    [Theory]
    [InlineData("Claim", true)]
    [InlineData("Claim", false)]
    [InlineData("Complete", true)]
    [InlineData("Complete", false)]
    public async Task StoreAway_TheEventWaitsAndIsHandledOnce(string call, bool before)
    {
        await using var bus = await StartAsync();
        Func<string, ValueTask> fail = name => name == call ? throw new IOException("The store is away.") : ValueTask.CompletedTask;
        (_store.Before, _store.After) = before ? (fail, _store.After) : (_store.Before, fail);

        await PublishAsync(bus, "one");
        await PublishAsync(bus, "two");
        await _log.UntilAsync(StoreAway);
        Assert.Equal(call == "Claim" ? [] : ["one, attempt 1"], _handled.Items);

        (_store.Before, _store.After) = (_ => ValueTask.CompletedTask, _ => ValueTask.CompletedTask);
        Assert.Equal(["one, attempt 1", "two, attempt 1"], await _handled.CountAsync(2));
        await _log.UntilAsync(StoreBack);
        await _store.UntilAsync("Complete: True", 2);
        await bus.Bus.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, _handled.Items.Count);
        Assert.Equal(1, _log.CountOf(StoreAway));
        Assert.Equal(0, _log.CountOf(DeliveryFailed));
        Assert.Equal(0, _store.CountOf("Claim: Running"));
        Assert.All(
            await bus.Log.GetLagAsync("s", TestContext.Current.CancellationToken), lag => Assert.Equal(0, lag.Count));
    }

    [Fact]
    public async Task StoreAway_ThenTheGroupIsMoved_WhatComesNextIsHandled()
    {
        await using var bus = await StartAsync();
        _store.Before = name => name == "Complete" ? throw new IOException("The store is away.") : ValueTask.CompletedTask;
        await PublishAsync(bus, "one");
        await _log.UntilAsync(StoreAway);

        // The move drops what waits; what it left must not be taken for the next event's.
        await bus.Log.SeekAsync("s", "animal.cat", SeekTarget.Latest, TestContext.Current.CancellationToken);
        _store.Before = _ => ValueTask.CompletedTask;
        await PublishAsync(bus, "two");
        await PublishAsync(bus, "three");
        Assert.Equal(["one, attempt 1", "two, attempt 1", "three, attempt 1"], await _handled.CountAsync(3));
    }

    private static async Task PublishAsync(TestBus bus, string name) => await bus.Publisher.PublishAsync(
        new Cat(name), new PublishOptions { Key = "k" }, TestContext.Current.CancellationToken);

    private Task<TestBus> StartAsync() => TestBus.StartAsync(
        bus => bus.AddAnimals().Subscription("s").WithIdempotency().Handle<Cat>((cat, context, _) =>
        {
            _handled.Add($"{cat.Name}, attempt {context.Attempt}");
            return ValueTask.CompletedTask;
        }),
        services => services.AddSingleton(_log.Factory()).AddSingleton<IIdempotencyStore>(_store));
}
