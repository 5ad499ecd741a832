using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Consuming;

public sealed class OrderingTests
{
    [Fact]
    public async Task Concurrency1_EventsOfManyKeys_ArriveInPublishOrder()
    {
        var seen = new Seen<int>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s")
            .Handle<Numbered>((e, _, _) => Note(seen, e)));

        for (var i = 0; i < 2_000; i++)
        {
            await bus.Publisher.PublishAsync(new Numbered($"k{i % 7}", i), TestContext.Current.CancellationToken);
        }

        Assert.Equal(Enumerable.Range(0, 2_000), await seen.CountAsync(2_000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task HandlerThrows_KeyedEvent_HoldsBackItsKeyOnly(int concurrency)
    {
        var seen = new Seen<(string? Key, int Number)>();
        var failures = 2;
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s").WithConcurrency(concurrency)
            .Handle<Numbered>((e, context, _) =>
            {
                if (e is { Key: "bad", Number: 0 } && Interlocked.Decrement(ref failures) >= 0)
                {
                    throw new InvalidOperationException("Not yet.");
                }

                seen.Add((e.Key, e.Number));
                return ValueTask.CompletedTask;
            }));

        await bus.Publisher.PublishNumbersAsync("bad", 3);
        await bus.Publisher.PublishNumbersAsync("good", 3);

        var items = await seen.CountAsync(6);
        Assert.Equal([0, 1, 2], items.Where(item => item.Key == "bad").Select(item => item.Number));
        Assert.Equal([("good", 0), ("good", 1), ("good", 2)], items.Take(3));
    }

    [Fact]
    public async Task HandlerThrows_Concurrency1WithoutKeys_HoldsBackThePartition()
    {
        var seen = new Seen<int>();
        var failures = 2;
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s")
            .Handle<Numbered>((e, _, _) => e.Number == 1 && Interlocked.Decrement(ref failures) >= 0
                ? throw new InvalidOperationException("Not yet.")
                : Note(seen, e)));

        await bus.Publisher.PublishNumbersAsync(null, 5);

        Assert.Equal([0, 1, 2, 3, 4], await seen.CountAsync(5));
    }

    [Fact]
    public async Task Retries_OfAnEvent_CountAttempts()
    {
        var seen = new Seen<int>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s")
            .Handle<Numbered>((_, context, _) =>
            {
                seen.Add(context.Attempt);
                return context.Attempt < 3 ? throw new InvalidOperationException("Not yet.") : ValueTask.CompletedTask;
            }));

        await bus.Publisher.PublishNumbersAsync("k", 1);

        Assert.Equal([1, 2, 3], await seen.CountAsync(3));
    }

    [Fact]
    public async Task Concurrency8_DifferentKeys_RunAtOnceAndNeverMore()
    {
        var (running, most) = (0, 0);
        var eight = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new Seen<int>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s").WithConcurrency(8)
            .Handle<Numbered>(async (e, _, _) =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                if (now == 8)
                {
                    eight.TrySetResult();
                }

                await eight.Task.WaitAsync(TestBus.Deadline, TestContext.Current.CancellationToken);
                Interlocked.Decrement(ref running);
                seen.Add(e.Number);
            }));

        for (var i = 0; i < 100; i++)
        {
            await bus.Publisher.PublishAsync(new Numbered($"k{i}", i), TestContext.Current.CancellationToken);
        }

        await seen.CountAsync(100);
        Assert.Equal(8, most);
    }

    [Fact]
    public async Task Concurrency8_BlockingHandlersWithoutKeys_RunOnSeveralThreads()
    {
        using var both = new CountdownEvent(2);
        var seen = new Seen<int>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s").WithConcurrency(8)
            .Handle<Numbered>((e, _, _) =>
            {
                both.Signal();
                Assert.True(both.Wait(TestBus.Deadline, TestContext.Current.CancellationToken));
                return Note(seen, e);
            }));

        await bus.Publisher.PublishNumbersAsync(null, 2);

        await seen.CountAsync(2);
    }

    [Fact]
    public async Task Concurrency8_OneKeyWithYieldingHandlers_StaysInOrderOneAtATime()
    {
        var running = 0;
        var seen = new Seen<int>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s").WithConcurrency(8)
            .Handle<Numbered>(async (e, _, _) =>
            {
                Assert.Equal(1, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                seen.Add(e.Number);
            }));

        await bus.Publisher.PublishNumbersAsync("k", 1_000);

        Assert.Equal(Enumerable.Range(0, 1_000), await seen.CountAsync(1_000));
    }

    [Fact]
    public async Task KeyInRetry_WithManyEventsBehindIt_LeavesRoomForOtherKeys()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new Seen<int>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s").WithConcurrency(4)
            .Configure(options => options.MaxInFlight = 100)
            .Handle<Numbered>((e, _, _) => e.Key == "bad" && !release.Task.IsCompleted
                ? throw new InvalidOperationException("Not yet.")
                : Note(seen, e)));

        await bus.Publisher.PublishNumbersAsync("bad", 80);
        await bus.Publisher.PublishNumbersAsync("good", 500);

        Assert.Equal(Enumerable.Range(0, 500), await seen.CountAsync(500));
        release.SetResult();
        Assert.Equal(Enumerable.Range(0, 80), (await seen.CountAsync(580)).Skip(500));
    }

    private static ValueTask Note(Seen<int> seen, Numbered e)
    {
        seen.Add(e.Number);
        return ValueTask.CompletedTask;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var known = most; value > known; known = most)
        {
            Interlocked.CompareExchange(ref most, value, known);
        }
    }
}
