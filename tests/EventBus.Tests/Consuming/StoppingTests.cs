using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Consuming;

public sealed class StoppingTests
{
    [Fact]
    public async Task StopAsync_WhileAHandlerRuns_WaitsForItAndItsPublishing()
    {
        var (entered, go) = (NewSignal(), NewSignal());
        var second = new Seen<int>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().AddAnimals().Subscription("s")
            .Handle<Numbered>(async (e, context, stop) =>
            {
                entered.TrySetResult();
                await go.Task;
                await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(new Cat("Tom"), stop);
                second.Add(e.Number);
            }));
        await bus.Publisher.PublishNumbersAsync("k", 2);
        await entered.Task.WaitAsync(TestBus.Deadline, TestContext.Current.CancellationToken);

        var stopping = bus.Bus.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(stopping.IsCompleted);
        go.SetResult();
        await stopping.WaitAsync(TestBus.Deadline, TestContext.Current.CancellationToken);

        Assert.Equal([0], second.Items);
        Assert.Equal(1, Assert.Single(await bus.Log.GetLagAsync("s", TestContext.Current.CancellationToken)).Count);
        Assert.Single(await CountAsync(bus.Log, "animal.cat"));
    }

    [Fact]
    public async Task StopAsync_ThenStartAsync_ResumesWithTheFirstUnfinished()
    {
        var (entered, go) = (NewSignal(), NewSignal());
        var seen = new Seen<int>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s")
            .Handle<Numbered>(async (e, _, _) =>
            {
                seen.Add(e.Number);
                entered.TrySetResult();
                await go.Task;
            }));
        await bus.Publisher.PublishNumbersAsync("k", 3);
        await entered.Task.WaitAsync(TestBus.Deadline, TestContext.Current.CancellationToken);
        var stopping = bus.Bus.StopAsync(TestContext.Current.CancellationToken);
        go.SetResult();
        await stopping;

        await bus.Bus.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal([0, 1, 2], await seen.CountAsync(3));
    }

    [Fact]
    public async Task StopAsync_PastItsToken_CancelsHandlersAndLeavesTheirEventsUnsettled()
    {
        var entered = NewSignal();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s")
            .Handle<Numbered>(async (_, _, stop) =>
            {
                entered.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }));
        await bus.Publisher.PublishNumbersAsync("k", 1);
        await entered.Task.WaitAsync(TestBus.Deadline, TestContext.Current.CancellationToken);

        await bus.Bus.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TestBus.Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(1, Assert.Single(await bus.Log.GetLagAsync("s", TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task StopAsync_WithAHandlerThatIgnoresItsToken_LeavesItBehind()
    {
        var (entered, go) = (NewSignal(), NewSignal());
        await using var bus = await TestBus.StartAsync(bus => bus.Configure(options => options.DrainTimeout = TimeSpan.FromMilliseconds(50))
            .AddNumbered().Subscription("s").Handle<Numbered>(async (_, _, _) =>
            {
                entered.TrySetResult();
                await go.Task;
            }));
        await bus.Publisher.PublishNumbersAsync("k", 1);
        await entered.Task.WaitAsync(TestBus.Deadline, TestContext.Current.CancellationToken);

        await bus.Bus.StopAsync(TestContext.Current.CancellationToken).WaitAsync(TestBus.Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(1, Assert.Single(await bus.Log.GetLagAsync("s", TestContext.Current.CancellationToken)).Count);
        go.SetResult();
    }

    [Fact]
    public async Task ForeignCancellation_OfAHandler_IsAFailureAndComesAgain()
    {
        var seen = new Seen<int>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s")
            .Handle<Numbered>((_, context, _) =>
            {
                seen.Add(context.Attempt);
                return context.Attempt == 1 ? throw new OperationCanceledException(new CancellationToken(true)) : ValueTask.CompletedTask;
            }));

        await bus.Publisher.PublishNumbersAsync("k", 1);

        Assert.Equal([1, 2], await seen.CountAsync(2));
    }

    [Fact]
    public async Task Dispose_TwiceAndSynchronously_Works()
    {
        var services = new ServiceCollection();
        services.AddEventBus(bus => bus.AddNumbered().Subscription("s").Handle<Numbered>((_, _, _) => ValueTask.CompletedTask));
        using var provider = services.BuildServiceProvider();
        var bus = provider.GetRequiredService<IEventBus>();
        await bus.StartAsync(TestContext.Current.CancellationToken);

        await bus.DisposeAsync();
        await bus.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await provider.GetRequiredService<IEventPublisher>()
            .PublishAsync(new Numbered("k", 1), TestContext.Current.CancellationToken));
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task<List<LogEntry>> CountAsync(IEventLog log, string topic)
    {
        var entries = new List<LogEntry>();
        await foreach (var entry in log.ReadAsync(topic, SeekTarget.Earliest, cancellationToken: TestContext.Current.CancellationToken))
        {
            entries.Add(entry);
        }

        return entries;
    }
}
