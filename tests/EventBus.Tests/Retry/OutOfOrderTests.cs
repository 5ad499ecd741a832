using EventBus.Tests.Support;
using EventBus.Transports.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Retry;

public sealed class OutOfOrderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PutAside_Event_LetsItsKeyGoOnAndComesBackAtItsTime()
    {
        var seen = new Seen<(int Number, int Attempt, DateTimeOffset? FirstFailure, Position Position)>();
        await using var failing = await Failing.StartAsync(
            subscription => OneHour(subscription), handler: (e, context, _) => e.Number == 0 && context.Attempt < 3 ? throw new InvalidOperationException("No.") : Note(seen, e, context));
        var start = failing.Time.Now;

        var published = await failing.Bus.Publisher.PublishAsync(new Numbered("k", 0), Token);
        await failing.Bus.Publisher.PublishAsync(new Numbered("k", 1), Token);
        await failing.Bus.Publisher.PublishAsync(new Numbered("k", 2), Token);

        await seen.CountAsync(2);
        await failing.UntilAsync(() => seen.Items.Count == 3);
        Assert.Equal([1, 2, 0], seen.Items.Select(item => item.Number));
        Assert.Equal((3, start, published), (seen.Items[2].Attempt, seen.Items[2].FirstFailure, seen.Items[2].Position));
        Assert.Equal(start.AddHours(2), failing.Time.Now);

        static ValueTask Note(Seen<(int, int, DateTimeOffset?, Position)> seen, Numbered e, EventContext context)
        {
            seen.Add((e.Number, context.Attempt, context.FirstFailure, context.Position));
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task PutAside_OverARestart_ComesBackWithItsAttempts()
    {
        var time = new VirtualTime();
        var broker = new InMemoryBroker(null, time);
        var seen = new Seen<(int Attempt, DateTimeOffset? FirstFailure)>();
        await using (var first = await StartAsync())
        {
            await first.Publisher.PublishNumbersAsync("k", 1);
            await seen.CountAsync(1);
            await UntilPutAsideAsync(first);
        }

        time.Advance(TimeSpan.FromMinutes(59));
        await using var second = await StartAsync();
        await second.Publisher.PublishAsync(new Numbered("k", 99), Token);
        await seen.CountAsync(2);
        time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal([(1, null), (1, null), (2, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))], await seen.CountAsync(3));

        Task<TestBus> StartAsync() => TestBus.StartAsync(
            bus => OneHour(bus.UseInMemory(broker).AddNumbered().Subscription("s")).Handle<Numbered>((e, context, _) =>
            {
                seen.Add((context.Attempt, context.FirstFailure));
                return e.Number == 0 && context.Attempt < 2 ? throw new InvalidOperationException("No.") : ValueTask.CompletedTask;
            }),
            services => services.AddSingleton<TimeProvider>(time));
    }

    [Fact]
    public async Task PutAside_MoreThanMayBeInFlight_StayOnTheTransportAndOthersGoOn()
    {
        var seen = new Seen<int>();
        await using var failing = await Failing.StartAsync(
            subscription => OneHour(subscription).Configure(options => options.MaxInFlight = 4),
            handler: (e, context, _) =>
            {
                if (e.Number < 50 && context.Attempt == 1)
                {
                    throw new InvalidOperationException("No.");
                }

                seen.Add(e.Number);
                return ValueTask.CompletedTask;
            });

        await failing.PublishAsync(count: 60);

        Assert.Equal(Enumerable.Range(50, 10), await seen.CountAsync(10));
        await failing.UntilAsync(() => seen.Items.Count == 60);
        Assert.Equal(Enumerable.Range(0, 50), seen.Items.Skip(10).Order());
    }

    private static SubscriptionBuilder OneHour(SubscriptionBuilder subscription) => subscription.WithRetry(retry =>
    {
        retry.InOrder = false;
        retry.Backoff = Polly.DelayBackoffType.Constant;
        retry.Delay = TimeSpan.FromHours(1);
        retry.Jitter = false;
    });

    private static async Task UntilPutAsideAsync(TestBus bus)
    {
        while ((await bus.Log.GetLagAsync("s", Token)).Sum(lag => lag.Count) != 1
            || (await bus.Log.GetLagAsync("s", Token)).Single(lag => lag.Count == 1).Topic == Events.NumberedTopic)
        {
            await Task.Yield();
        }
    }
}
