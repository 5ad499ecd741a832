using EventBus.DeadLetters;
using EventBus.Tests.Retry;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.DeadLetters;

public sealed class RedriveTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redrive_OfAll_IsHandledByTheGroupAloneAndSettled()
    {
        var mended = false;
        var others = new Seen<int>();
        var seen = new Seen<(int Number, int Attempt, int Redrives, Position Position, string? Header)>();
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.Attempts = 2),
            handler: (e, context, _) =>
            {
                if (!mended)
                {
                    throw new InvalidOperationException("No.");
                }

                seen.Add((e.Number, context.Attempt, context.Redrives, context.Position, context.Headers.GetValueOrDefault("h")));
                return ValueTask.CompletedTask;
            },
            bus: bus => bus.Subscription("other").Handle<Numbered>((e, _, _) =>
            {
                others.Add(e.Number);
                return ValueTask.CompletedTask;
            }));
        var options = new PublishOptions { Headers = new Dictionary<string, string> { ["h"] = "v" } };
        var first = await failing.Bus.Publisher.PublishAsync(new Numbered("k", 0), options, Token);
        var second = await failing.Bus.Publisher.PublishAsync(new Numbered("k", 1), options, Token);
        await failing.DeadLettersAsync(2);
        mended = true;
        var progress = new Seen<DeadLetter>();

        var count = await failing.DeadLetters.RedriveAsync("s", new(), progress: new Direct(progress.Add), cancellationToken: Token);

        await failing.UntilAsync(() => seen.Items.Count == 2);
        Assert.Equal([(0, 1, 1, first, "v"), (1, 1, 1, second, "v")], seen.Items);
        Assert.Equal((2, 2), (count, progress.Items.Count));
        Assert.Empty(await failing.ReadAsync());
        Assert.Equal(2, (await failing.ReadAsync(new() { Settled = true })).Count(letter => letter.SettledAt is not null));
        await others.CountAsync(2);
        await failing.Bus.Bus.StopAsync(Token);
        Assert.Equal([0, 1], others.Items);
    }

    [Fact]
    public async Task Redriven_EventThatFailsAgain_SaysHowOftenItHasBeenRound()
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.Attempts = 2));
        var position = await failing.Bus.Publisher.PublishAsync(new Numbered("k", 0), Token);

        for (var round = 0; round < 3; round++)
        {
            var letter = await failing.DeadLetterAsync();
            Assert.Equal((round, 2, position), (letter.Redrives, letter.Attempts, letter.Origin));
            await failing.DeadLetters.RedriveAsync("s", new() { Positions = [letter.Position] }, cancellationToken: Token);
        }
    }

    [Fact]
    public async Task Redrive_OfSome_LeavesTheOthers()
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.Attempts = 1),
            handler: (_, context, _) => context.Redrives == 0 ? throw new InvalidOperationException("No.") : ValueTask.CompletedTask);
        await failing.PublishAsync("a", 2);
        await failing.PublishAsync("b", 2);
        await failing.DeadLettersAsync(4);

        Assert.Equal(2, await failing.DeadLetters.RedriveAsync("s", new() { Key = "a" }, cancellationToken: Token));

        Assert.All(await failing.ReadAsync(), letter => Assert.Equal("b", letter.Envelope.Key));
        Assert.Equal(2, await failing.DeadLetters.CountAsync("s", null, Token));
    }

    [Fact]
    public async Task Redrive_BrokenOff_IsResumedByAnotherCall()
    {
        var seen = new Seen<int>();
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.Attempts = 1),
            handler: (e, context, _) =>
            {
                if (context.Redrives == 0)
                {
                    throw new InvalidOperationException("No.");
                }

                seen.Add(e.Number);
                return ValueTask.CompletedTask;
            });
        await failing.PublishAsync(count: 6);
        await failing.DeadLettersAsync(6);
        using var stop = new CancellationTokenSource();
        var sent = 0;
        var progress = new Direct(_ =>
        {
            if (++sent == 2)
            {
                stop.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await failing.DeadLetters.RedriveAsync("s", new(), progress: progress, cancellationToken: stop.Token));
        Assert.Equal(4, await failing.DeadLetters.RedriveAsync("s", new(), cancellationToken: Token));

        await failing.UntilAsync(() => seen.Items.Count == 6);
        Assert.Equal([0, 1, 2, 3, 4, 5], seen.Items);
    }

    [Fact]
    public async Task Redrive_WithARate_TakesItsTime()
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.Attempts = 1),
            handler: (_, context, _) => context.Redrives == 0 ? throw new InvalidOperationException("No.") : ValueTask.CompletedTask);
        await failing.PublishAsync(count: 5);
        await failing.DeadLettersAsync(5);
        var start = failing.Time.Now;
        var times = new Seen<double>();

        var redriving = failing.DeadLetters.RedriveAsync(
            "s", new(), maxPerSecond: 2, progress: new Direct(_ => times.Add((failing.Time.Now - start).TotalSeconds)), cancellationToken: Token).AsTask();
        await failing.UntilAsync(() => redriving.IsCompleted);

        Assert.Equal([0, 0.5, 1, 1.5, 2], times.Items);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Redrive_WithReplacedData_RecordsTheChange(bool asBytes)
    {
        var seen = new Seen<(int Number, EventIdentity Id)>();
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.Attempts = 1),
            handler: (e, context, _) =>
            {
                seen.Add((e.Number, context.Id));
                return e.Number < 100 || context.Redrives < 2 ? throw new InvalidOperationException("No.") : ValueTask.CompletedTask;
            });
        await failing.PublishAsync();
        var letter = await failing.DeadLetterAsync();

        await failing.DeadLetters.RedriveAsync("s", new(), Mend, cancellationToken: Token);

        var again = await failing.DeadLetterAsync();
        Assert.Equal([(0, letter.Envelope.Id), (100, letter.Envelope.Id)], seen.Items);
        Assert.Null(letter.ReplacedAt);
        Assert.NotNull(again.ReplacedAt);
        var original = Assert.Single(await failing.ReadAsync(new() { Settled = true }));
        Assert.Equal((new Numbered("k", 0), "The data was replaced."), (original.Envelope.Value, original.Reason));

        object Mend(DeadLetter dead) => asBytes ? "{\"key\":\"k\",\"number\":100}"u8.ToArray() : new Numbered("k", 100);
    }

    [Fact]
    public async Task Discard_WithAReason_KeepsTheReasonAndTheEvent()
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.Attempts = 1));
        await failing.PublishAsync(count: 2);
        var letters = await failing.DeadLettersAsync(2);

        var count = await failing.DeadLetters.DiscardAsync("s", new() { Positions = [letters[0].Position] }, "A test order.", Token);

        Assert.Equal(1, count);
        Assert.Equal(letters[1].Position, Assert.Single(await failing.ReadAsync()).Position);
        var discarded = Assert.Single(await failing.ReadAsync(new() { Settled = true }));
        Assert.Equal(("A test order.", letters[0].Position), (discarded.Reason, discarded.Position));
        Assert.Equal(failing.Time.Now, discarded.SettledAt);
        await Assert.ThrowsAsync<ArgumentException>(async () => await failing.DeadLetters.DiscardAsync("s", new(), " ", Token));
    }

    [Fact]
    public async Task Redrive_ToAGroupThatDoesNotRun_WaitsForIt()
    {
        var broker = new EventBus.Transports.InMemory.InMemoryBroker(new() { RetainedEvents = 0, Capacity = 2 });
        await using (var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.Attempts = 1), bus: bus => bus.UseInMemory(broker)))
        {
            await failing.PublishAsync(count: 20);
            await failing.DeadLettersAsync(20);
        }

        await using (var operators = TestBus.Create(bus => bus.UseInMemory(broker)))
        {
            var letters = operators.Services.GetRequiredService<IDeadLetters>();
            Assert.Equal(20, await letters.RedriveAsync("s", new(), cancellationToken: Token));
        }

        var seen = new Seen<int>();
        await using var mended = await TestBus.StartAsync(bus => bus.UseInMemory(broker).AddNumbered().Subscription("s").WithDeadLetters()
            .Handle<Numbered>((e, _, _) =>
            {
                seen.Add(e.Number);
                return ValueTask.CompletedTask;
            }));
        Assert.Equal(Enumerable.Range(0, 20), await seen.CountAsync(20));
    }

    private sealed class Direct(Action<DeadLetter> report) : IProgress<DeadLetter>
    {
        public void Report(DeadLetter value) => report(value);
    }
}
