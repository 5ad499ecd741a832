using System.Threading.Channels;
using EventBus.Redis.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Redis.Tests.Idempotency;

/// <summary>Subscriptions with idempotency whose members have nothing in common but Redis.</summary>
public sealed class HandlingTests(TestRedis redis)
{
    private readonly string _prefix = TestRedis.NewPrefix();
    private readonly Channel<int> _handled = Channel.CreateUnbounded<int>();

    [Fact]
    public async Task Event_PublishedTwice_IsHandledOnce()
    {
        await using var bus = await StartAsync();
        await bus.PublishAsync(new Noted("k", 1), "same");
        await bus.PublishAsync(new Noted("k", 2), "same");
        await bus.PublishAsync(new Noted("k", 3));

        Assert.Equal([1, 3], await TakeAsync(2));
    }

    [Fact]
    public async Task Event_PublishedAgainToTheNextProcess_IsNotHandledAgain()
    {
        await using (var first = await StartAsync())
        {
            await first.PublishAsync(new Noted("k", 1), "same");
            Assert.Equal([1], await TakeAsync(1));
            await first.StopAsync();
        }

        await using var second = await StartAsync();
        await second.PublishAsync(new Noted("k", 2), "same");
        await second.PublishAsync(new Noted("k", 3));
        Assert.Equal([3], await TakeAsync(1));
    }

    [Fact]
    public async Task BusinessKey_InSeveralPartitionsAndMembers_IsHandledOnce()
    {
        const int Events = 200;
        await using var one = await StartAsync(subscription => subscription.WithIdempotency<Noted>(noted => $"{noted.Number}"));
        await using var other = await StartAsync(subscription => subscription.WithIdempotency<Noted>(noted => $"{noted.Number}"));

        // Each number comes under four keys, so that it comes to different partitions and members at about the same time.
        for (var number = 0; number < Events; number++)
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(copy => one.PublishAsync(new Noted($"{number} {copy}", number))));
        }

        Assert.Equal(Enumerable.Range(0, Events), (await TakeAsync(Events)).Order());
        await one.StopAsync();
        await other.StopAsync();
        Assert.False(_handled.Reader.TryRead(out var again), $"{again} was handled again.");
    }

    [Fact]
    public async Task Run_ThatFails_FreesTheKeyForTheNextAttempt()
    {
        var fails = 2;
        await using var bus = await NotedBus.StartAsync(bus => Subscribe(bus)
            .WithRetry(retry => retry.Delay = TimeSpan.FromMilliseconds(1))
            .Handle<Noted>((noted, _, cancellationToken) => Interlocked.Decrement(ref fails) >= 0
                ? throw new InvalidOperationException("again")
                : _handled.Writer.WriteAsync(noted.Number, cancellationToken)));
        await bus.PublishAsync(new Noted("k", 1));

        Assert.Equal([1], await TakeAsync(1));
    }

    private Task<NotedBus> StartAsync(Action<SubscriptionBuilder>? configure = null) => NotedBus.StartAsync(bus =>
    {
        var subscription = Subscribe(bus);
        configure?.Invoke(subscription);
        subscription.Handle<Noted>((noted, _, cancellationToken) => _handled.Writer.WriteAsync(noted.Number, cancellationToken));
    });

    private SubscriptionBuilder Subscribe(EventBusBuilder bus) =>
        bus.UseRedis(redis.Configuration, options => options.KeyPrefix = _prefix).Subscription("g").WithIdempotency();

    private async Task<List<int>> TakeAsync(int count)
    {
        var taken = new List<int>();
        while (taken.Count < count)
        {
            taken.Add(await _handled.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Within());
        }

        return taken;
    }
}
