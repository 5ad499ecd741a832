using EventBus.Testing.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Testing.Tests;

/// <summary>The order in which handlers run is drawn from a seed, and shows races that time would hide.</summary>
public sealed class InterleavingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Seed_HandlerWithALostUpdate_IsFoundAndFoundAgain()
    {
        var bySeed = new List<int>();
        for (var seed = 0; seed < 20; seed++)
        {
            bySeed.Add(await CountAsync(seed, locked: false));
        }

        Assert.Contains(bySeed, count => count < Counter.Events);
        var losing = bySeed.FindIndex(count => count < Counter.Events);
        Assert.Equal(bySeed[losing], await CountAsync(losing, locked: false));
    }

    [Fact]
    public async Task Seed_HandlerWithALock_NeverLosesAnUpdate()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            Assert.Equal(Counter.Events, await CountAsync(seed, locked: true));
        }
    }

    [Fact]
    public async Task Seed_TheSame_GivesTheSameOrderFiftyTimes()
    {
        var first = await TraceAsync(seed: 1);
        for (var run = 1; run < 50; run++)
        {
            Assert.Equal(first, await TraceAsync(seed: 1));
        }
    }

    [Fact]
    public async Task Seed_Others_GiveOtherOrders()
    {
        var orders = new HashSet<string>(StringComparer.Ordinal);
        for (var seed = 0; seed < 10; seed++)
        {
            orders.Add(await TraceAsync(seed));
        }

        Assert.InRange(orders.Count, 5, 10);
    }

    [Fact]
    public async Task Seed_Steps_RunOneAtATime()
    {
        var running = 0;
        var most = 0;
        await using var harness = await Harnesses.StartAsync(new HarnessOptions { Seed = 3 }, bus => bus.Subscription("s").Handle<Placed>(
            async (_, _, _) =>
            {
                for (var i = 0; i < 5; i++)
                {
                    most = Math.Max(most, Interlocked.Increment(ref running));
                    Thread.SpinWait(1_000);
                    Interlocked.Decrement(ref running);
                    await Task.Yield();
                }
            }).WithConcurrency(8));
        for (var i = 0; i < 20; i++)
        {
            await harness.PublishAsync(new Placed(i, $"c{i}"), cancellationToken: Token);
        }

        await harness.SettleAsync(cancellationToken: Token);

        Assert.Equal(1, most);
        Assert.Equal(20, harness.Handled<Placed>().Count);
    }

    [Fact]
    public async Task Seed_SeveralHandlersOfAnEvent_AllRunInSteps()
    {
        var contexts = new List<SynchronizationContext?>();
        await using var harness = await Harnesses.StartAsync(new HarnessOptions { Seed = 3 }, bus => bus.Subscription("s")
            .Handle<Placed>(async (_, _, _) => await Task.Yield())
            .Handle<Placed>((_, _, _) =>
            {
                contexts.Add(SynchronizationContext.Current);
                return ValueTask.CompletedTask;
            }));
        await harness.PublishAsync(new Placed(1), cancellationToken: Token);

        await harness.SettleAsync(cancellationToken: Token);

        Assert.NotNull(Assert.Single(contexts));
    }

    [Fact]
    public async Task Seed_NobodySettles_NothingRuns()
    {
        await using var harness = await Harnesses.StartAsync(
            new HarnessOptions { Seed = 3 }, bus => bus.Subscription("s").Handle<Placed>((_, _, _) => ValueTask.CompletedTask));
        await harness.PublishAsync(new Placed(1), cancellationToken: Token);

        // Whoever wanted to run has had many turns.
        for (var turn = 0; turn < 1_000; turn++)
        {
            await Task.Yield();
        }

        Assert.Empty(harness.Handled<Placed>());
    }

    private static async Task<int> CountAsync(int seed, bool locked)
    {
        using var counter = new Counter(locked);
        await using var harness = await EventBusHarness.StartAsync(
            services => services.AddSingleton(counter).AddEventBus(bus =>
            {
                bus.Event<Placed>("placed", key: e => e.Customer);
                bus.Subscription("count").Handle<Placed, CountPlaced>().WithConcurrency(4);
            }),
            new HarnessOptions { Seed = seed },
            Token);
        for (var i = 0; i < Counter.Events; i++)
        {
            await harness.PublishAsync(new Placed(i, $"c{i}"), cancellationToken: Token);
        }

        await harness.SettleAsync(cancellationToken: Token);
        return counter.Value;
    }

    // Two subscriptions, several keys, retries, events that cause events, and virtual time.
    private static async Task<string> TraceAsync(int seed)
    {
        var steps = new List<string>();
        await using var harness = await Harnesses.StartAsync(new HarnessOptions { Seed = seed }, bus =>
        {
            bus.Subscription("payment").Handle<Placed>(async (e, context, token) =>
            {
                steps.Add($"pay {e.Number}");
                await Task.Yield();
                steps.Add($"paid {e.Number}");
                await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(new Paid(e.Number), token);
            }).WithConcurrency(4);
            bus.Subscription("audit").Handle<object>(async (e, context, token) =>
            {
                steps.Add($"audit {e}");
                await Task.Delay(TimeSpan.FromSeconds(1), context.Services.GetRequiredService<TimeProvider>(), token);
                steps.Add($"audited {e}");
            }).WithConcurrency(3);
        });
        harness.Fail<Placed>(times: 2, subscription: "payment");
        for (var i = 0; i < 8; i++)
        {
            await harness.PublishAsync(new Placed(i, $"c{i % 5}"), cancellationToken: Token);
        }

        await harness.SettleAsync(cancellationToken: Token);
        Assert.Equal(24, harness.Handled<object>().Count);
        return string.Join('\n', steps);
    }

    private sealed class Counter(bool locked) : IDisposable
    {
        public const int Events = 6;
        private readonly SemaphoreSlim _one = new(1, 1);

        public int Value { get; private set; }

        public void Dispose() => _one.Dispose();

        public async Task AddAsync()
        {
            if (locked)
            {
                await _one.WaitAsync();
            }

            var value = Value;
            await Task.Yield();
            Value = value + 1;
            if (locked)
            {
                _one.Release();
            }
        }
    }

    private sealed class CountPlaced(Counter counter) : IEventHandler<Placed>
    {
        public async ValueTask HandleAsync(Placed @event, EventContext context, CancellationToken cancellationToken) => await counter.AddAsync();
    }
}
