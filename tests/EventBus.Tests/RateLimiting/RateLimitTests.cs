using System.Threading.RateLimiting;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.RateLimiting;

public sealed class RateLimitTests
{
    private static readonly string[] Groups = ["one", "two"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task MaxPerSecond_InVirtualTime_StartsSoManyAttemptsAndNoMore(int concurrency)
    {
        var time = new VirtualTime();
        var seen = new Seen<int>();
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddNumbered().Subscription("s").WithConcurrency(concurrency)
                .Configure(options => options.MaxPerSecond = 10).HandleNumbersInto(seen),
            services => services.AddSingleton<TimeProvider>(time));
        await bus.Publisher.PublishNumbersAsync(null, 20);
        await seen.CountAsync(1);

        var start = time.GetTimestamp();
        await Eventually.ThatAsync(
            () =>
            {
                var allowed = 1 + (int)(time.GetElapsedTime(start).TotalMilliseconds / 100);
                Assert.InRange(seen.Items.Count, 1, allowed);
                time.Advance(TimeSpan.FromMilliseconds(10));
                return seen.Items.Count == 20;
            },
            "everything is handled");
        Assert.True(time.GetElapsedTime(start) >= TimeSpan.FromSeconds(1.9));
    }

    [Fact]
    public async Task WithRateLimit_SharedLimiterOfConcurrency_HoldsForAllAndIsGivenBack()
    {
        await using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 2, QueueLimit = 10 });
        var seen = new Seen<int>();
        var (running, most) = (0, 0);
        await using var bus = await TestBus.StartAsync(bus =>
        {
            bus.AddNumbered();
            foreach (var name in Groups)
            {
                bus.Subscription(name).WithConcurrency(8).WithRateLimit(limiter).Handle<Numbered>(async (e, _, _) =>
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref running));
                    await Task.Yield();
                    Interlocked.Decrement(ref running);
                    seen.Add(e.Number);
                });
            }
        });
        for (var i = 0; i < 200; i++)
        {
            await bus.Publisher.PublishAsync(new Numbered($"k{i % 20}", i), Token);
        }

        await seen.CountAsync(400);
        Assert.InRange(most, 1, 2);
        await Eventually.ThatAsync(() => limiter.GetStatistics()!.CurrentAvailablePermits == 2, "all permits are back");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task WithRateLimit_WithFailuresAndFewPermits_KeepsEachKeysOrderAndDropsNothing(int concurrency)
    {
        await using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 0 });
        var seen = new Seen<(string Key, int Number)>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s").WithConcurrency(concurrency)
            .WithRateLimit(_ => limiter)
            .Handle<Numbered>(async (e, context, _) =>
            {
                await Task.Yield();
                if (e.Number % 10 == 3 && context.Attempt == 1)
                {
                    throw new InvalidOperationException("Once.");
                }

                seen.Add((e.Key!, e.Number));
            }));
        for (var i = 0; i < 200; i++)
        {
            await bus.Publisher.PublishAsync(new Numbered($"k{i % 8}", i), Token);
        }

        await seen.CountAsync(200);
        Assert.All(
            seen.Items.GroupBy(item => item.Key),
            group => Assert.Equal(group.Select(item => item.Number).Order(), group.Select(item => item.Number)));
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(3, 16)]
    public async Task WithRateLimit_OfALimiterWithoutQueue_TakesWhatIsGivenBackAtOnce(int permits, int concurrency)
    {
        await using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = permits, QueueLimit = 0 });
        var seen = new Seen<int>();
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddNumbered().Subscription("s").WithConcurrency(concurrency).WithRateLimit(limiter).Handle<Numbered>(async (e, _, _) =>
            {
                await Task.Yield();
                seen.Add(e.Number);
            }),
            services => services.AddSingleton<TimeProvider>(new VirtualTime()));

        for (var i = 0; i < 400; i++)
        {
            await bus.Publisher.PublishAsync(new Numbered($"k{i % 40}", i), Token);
        }

        // No time passes, so nothing can have waited for a pause to end.
        await seen.CountAsync(400);
    }

    [Fact]
    public async Task StopAndPause_WhileAttemptsWaitForAPermit_DoNotWaitForIt()
    {
        await using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 10 });
        using var taken = limiter.AttemptAcquire();
        var (seen, other) = (new Seen<int>(), new Seen<int>());
        await using var bus = await TestBus.StartAsync(bus =>
        {
            bus.AddNumbered();
            bus.Subscription("s").WithRateLimit(limiter).HandleNumbersInto(seen);
            bus.Subscription("other").HandleNumbersInto(other);
        });
        await bus.Publisher.PublishNumbersAsync("k", 3);
        await other.CountAsync(3);
        await Eventually.ThatAsync(() => limiter.GetStatistics()!.CurrentQueuedCount == 1, "one waits for a permit");

        await bus.Bus.PauseAsync("s", Token).WaitAsync(TestBus.Deadline, Token);
        await bus.Bus.StopAsync(Token).WaitAsync(TestBus.Deadline, Token);
        Assert.Empty(seen.Items);
        Assert.Equal(0, limiter.GetStatistics()!.CurrentQueuedCount);
    }

    [Fact]
    public async Task Waiting_ForAPermit_IsNoPartOfTheCallTimeout()
    {
        var time = new VirtualTime();
        var seen = new Seen<(int Number, int Attempt)>();
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddNumbered().Subscription("s").WithCircuitBreaker()
                .Configure(options => options.MaxPerSecond = 0.02)
                .Handle<Numbered>((e, context, _) =>
                {
                    seen.Add((e.Number, context.Attempt));
                    return ValueTask.CompletedTask;
                }),
            services => services.AddSingleton<TimeProvider>(time));
        await bus.Publisher.PublishNumbersAsync("k", 2);
        await seen.CountAsync(1);

        await Eventually.ThatAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return seen.Items.Count == 2;
            },
            "the second one");
        Assert.Equal((1, 1), seen.Items[1]);
        Assert.True(time.GetTimestamp() >= TimeSpan.FromSeconds(50).Ticks);
    }

    [Fact]
    public async Task Limiter_ThatThrows_IsAskedAgainAndFailsNothing()
    {
        var time = new VirtualTime();
        var limiter = new MoodyLimiter();
        var seen = new Seen<int>();
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddNumbered().Subscription("s").WithRateLimit(limiter).HandleNumbersInto(seen),
            services => services.AddSingleton<TimeProvider>(time));
        await bus.Publisher.PublishNumbersAsync("k", 3);

        await Eventually.ThatAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return seen.Items.Count == 3;
            },
            "everything is handled");
        Assert.Equal([0, 1, 2], seen.Items);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public async Task MaxPerSecond_ThatIsNoRate_FailsTheStart(double rate)
    {
        await using var bus = TestBus.Create(bus => bus.AddNumbered().Subscription("s")
            .Configure(options => options.MaxPerSecond = rate).HandleNumbersInto(new Seen<int>()));

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => bus.Bus.StartAsync(Token));
        Assert.Contains("EventBus:Subscriptions:s:MaxPerSecond must be more than 0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MaxPerSecond_BesideALimiter_FailsTheStart()
    {
        await using var bus = TestBus.Create(bus => bus.AddNumbered().Subscription("s").WithRateLimit(new MoodyLimiter())
            .Configure(options => options.MaxPerSecond = 1).HandleNumbersInto(new Seen<int>()));

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => bus.Bus.StartAsync(Token));
        Assert.Contains("has a rate limiter of its own and a MaxPerSecond of 1", exception.Message, StringComparison.Ordinal);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    private sealed class MoodyLimiter : RateLimiter
    {
        private int _asked;

        public override TimeSpan? IdleDuration => null;

        public override RateLimiterStatistics? GetStatistics() => null;

        protected override RateLimitLease AttemptAcquireCore(int permitCount) => throw new InvalidOperationException("Moody.");

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _asked) % 3 == 0
                ? ValueTask.FromResult<RateLimitLease>(new Given())
                : throw new InvalidOperationException("Moody.");

        private sealed class Given : RateLimitLease
        {
            public override bool IsAcquired => true;

            public override IEnumerable<string> MetadataNames => [];

            public override bool TryGetMetadata(string metadataName, out object? metadata)
            {
                metadata = null;
                return false;
            }
        }
    }
}
