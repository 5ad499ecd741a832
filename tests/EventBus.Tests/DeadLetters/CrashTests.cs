using EventBus.DeadLetters;
using EventBus.Tests.Retry;
using EventBus.Tests.Support;
using EventBus.Transports.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.DeadLetters;

/// <summary>What is left when a step of a dead letter's life could not be stored, as after a death at that point.</summary>
public sealed class CrashTests : IAsyncDisposable
{
    private const string Settled = "eventbus.dead-letter.settled";
    private readonly AppendFaults _faults = new(new InMemoryBroker().CreateTransport());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DeadLetter_ThatCannotBeStored_WaitsAndTheHandlerIsNotCalledAgain()
    {
        await using var failing = await StartAsync(subscription => subscription.WithRetry(retry => retry.Attempts = 2).WithDeadLetters());
        _faults.Refuses = (topic, _) => topic.Contains("dead-letters", StringComparison.Ordinal);
        await failing.PublishAsync();
        await failing.UntilAsync(() => _faults.Refused >= 5);
        Assert.Equal(1, Assert.Single(await failing.Bus.Log.GetLagAsync("s", Token), lag => lag.Topic == Events.NumberedTopic).Count);

        _faults.Refuses = (_, _) => false;

        Assert.Equal(2, (await failing.DeadLetterAsync()).Attempts);
        Assert.Equal([1, 2], failing.Attempts.Items);
    }

    [Fact]
    public async Task PutAside_ThatCannotBeStored_IsRetriedInPlace()
    {
        await using var failing = await StartAsync(
            subscription => subscription.WithRetry(retry => retry.InOrder = false), attempt => attempt < 3 ? new InvalidOperationException("No.") : null);
        _faults.Refuses = (topic, _) => topic.Contains("returns", StringComparison.Ordinal) && _faults.Refused < 3;

        await failing.PublishAsync();

        await failing.UntilAsync(() => failing.Attempts.Items.Contains(3));
    }

    [Fact]
    public async Task Redrive_ThatDiesBeforeItIsWrittenDown_LeavesTheLetterDeadAndSendsItTwice()
    {
        var handled = new Seen<int>();
        await using var failing = await StartAsync(
            subscription => subscription.WithRetry(retry => retry.Attempts = 1).WithDeadLetters(),
            handler: (e, context, _) =>
            {
                if (context.Redrives == 0)
                {
                    throw new InvalidOperationException("No.");
                }

                handled.Add(e.Number);
                return ValueTask.CompletedTask;
            });
        await failing.PublishAsync();
        await failing.DeadLetterAsync();
        _faults.Refuses = (_, envelope) => envelope.Type == Settled;

        await Assert.ThrowsAsync<PublishException>(async () => await failing.DeadLetters.RedriveAsync("s", new(), cancellationToken: Token));
        await failing.UntilAsync(() => handled.Items.Count == 1);
        Assert.Single(await failing.ReadAsync());

        _faults.Refuses = (_, _) => false;
        Assert.Equal(1, await failing.DeadLetters.RedriveAsync("s", new(), cancellationToken: Token));
        await failing.UntilAsync(() => handled.Items.Count == 2);
        Assert.Empty(await failing.ReadAsync());
    }

    [Fact]
    public async Task Redrive_ThatCannotBeSent_LosesNothing()
    {
        await using var failing = await StartAsync(subscription => subscription.WithRetry(retry => retry.Attempts = 1).WithDeadLetters());
        await failing.PublishAsync(count: 2);
        await failing.DeadLettersAsync(2);
        _faults.Refuses = (topic, _) => topic.Contains("returns", StringComparison.Ordinal);

        await Assert.ThrowsAsync<PublishException>(async () => await failing.DeadLetters.RedriveAsync("s", new(), cancellationToken: Token));

        Assert.Equal(2, await failing.DeadLetters.CountAsync("s", null, Token));
    }

    [Fact]
    public async Task KeyOrder_HandledAndNotWrittenDown_DoesNotCallTheHandlerAgain()
    {
        var handled = new Seen<int>();
        await using var failing = await StartAsync(
            subscription => subscription.WithRetry(retry => retry.Attempts = 1).WithDeadLetters(keepKeyOrder: true),
            handler: (e, context, _) =>
            {
                if (e.Number == 0 && context.Redrives == 0)
                {
                    throw new InvalidOperationException("No.");
                }

                handled.Add(e.Number);
                return ValueTask.CompletedTask;
            });
        await failing.PublishAsync(count: 3);
        await failing.UntilAsync(async () => await failing.DeadLetters.CountAsync("s", new() { IncludeParked = true }, Token) == 3);
        _faults.Refuses = (_, envelope) =>
            envelope.Type == Settled && envelope.Metadata.Headers.Values.Contains("Handled", StringComparer.Ordinal) && _faults.Refused < 4;

        await failing.DeadLetters.RedriveAsync("s", new(), cancellationToken: Token);

        await failing.UntilAsync(() => handled.Items.Count == 3);
        Assert.Equal([0, 1, 2], handled.Items);
    }

    [Fact]
    public async Task KeyOrder_EventThatCannotBeParked_WaitsAndUsesUpNoAttempt()
    {
        var handled = new Seen<(int Number, int Attempt)>();
        await using var failing = await StartAsync(
            subscription => subscription.WithRetry(retry => retry.Attempts = 1).WithDeadLetters(keepKeyOrder: true),
            handler: (e, context, _) =>
            {
                if (e.Number == 0 && context.Redrives == 0)
                {
                    throw new InvalidOperationException("No.");
                }

                handled.Add((e.Number, context.Attempt));
                return ValueTask.CompletedTask;
            });
        _faults.Refuses = (_, envelope) => envelope.Metadata.Headers.Values.Contains("Parked", StringComparer.Ordinal) && _faults.Refused < 5;

        await failing.PublishAsync(count: 2);
        await failing.UntilAsync(async () => await failing.DeadLetters.CountAsync("s", new() { IncludeParked = true }, Token) == 2);
        Assert.Equal((1, 5), (await failing.DeadLetters.CountAsync("s", null, Token), _faults.Refused));
        await failing.DeadLetters.RedriveAsync("s", new(), cancellationToken: Token);

        await failing.UntilAsync(() => handled.Items.Count == 2);
        Assert.Equal([(0, 1), (1, 1)], handled.Items);
    }

    [Fact]
    public async Task KeyOrder_ParkedAgainAfterADeath_IsHandledOnce()
    {
        var handled = new Seen<int>();
        await using var failing = await StartAsync(
            subscription => subscription.WithRetry(retry => retry.Attempts = 1).WithDeadLetters(keepKeyOrder: true),
            handler: (e, context, _) =>
            {
                if (e.Number == 0 && context.Redrives == 0)
                {
                    throw new InvalidOperationException("No.");
                }

                handled.Add(e.Number);
                return ValueTask.CompletedTask;
            });
        await failing.PublishAsync(count: 2);
        await failing.UntilAsync(async () => await failing.DeadLetters.CountAsync("s", new() { IncludeParked = true }, Token) == 2);

        // The next one to go on is sent, and the word that the first was handled is sent again, as after a death in between.
        await failing.DeadLetters.RedriveAsync("s", new(), cancellationToken: Token);
        await failing.UntilAsync(() => handled.Items.Count == 2);
        List<LogEntry> returned = [];
        await foreach (var entry in failing.Bus.Log.ReadAsync("_eventbus.returns.s", SeekTarget.Earliest, false, Token))
        {
            returned.Add(entry);
        }

        foreach (var entry in returned)
        {
            await _faults.AppendAsync("_eventbus.returns.s", entry.Envelope, Token);
        }

        await failing.UntilAsync(async () => (await failing.Bus.Log.GetLagAsync("s", Token)).All(lag => lag.Count == 0));
        Assert.Equal([0, 1], handled.Items);
    }

    public ValueTask DisposeAsync() => _faults.DisposeAsync();

    private Task<Failing> StartAsync(
        Action<SubscriptionBuilder> configure,
        Func<int, Exception?>? error = null,
        Func<Numbered, EventContext, CancellationToken, ValueTask>? handler = null) =>
        Failing.StartAsync(configure, error, handler, bus: bus => bus.UseTransport(_ => _faults));
}
