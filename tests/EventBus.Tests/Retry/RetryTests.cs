using EventBus.Retry;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Polly;

namespace EventBus.Tests.Retry;

public sealed class RetryTests
{
    [Theory]
    [InlineData(DelayBackoffType.Constant, 10, 10, 10, 10)]
    [InlineData(DelayBackoffType.Linear, 10, 20, 30, 35)]
    [InlineData(DelayBackoffType.Exponential, 10, 20, 35, 35)]
    [InlineData(DelayBackoffType.Exponential, 0, 0, 0, 0)]
    public async Task Delays_OfEachKind_AreThoseOfTheOptions(DelayBackoffType backoff, params int[] expected)
    {
        await using var failing = await Failing.StartAsync(subscription => subscription.WithRetry(retry =>
        {
            retry.Backoff = backoff;
            retry.Delay = TimeSpan.FromSeconds(expected[0]);
            retry.MaxDelay = TimeSpan.FromSeconds(35);
            retry.Jitter = false;
        }));

        await failing.PublishAsync();

        Assert.Equal(expected.Select(seconds => (double)seconds), await failing.DelaysAsync(expected.Length));
    }

    [Fact]
    public async Task Delays_WithJitter_AreSpreadBetweenZeroAndTheFullDelay()
    {
        await using var failing = await Failing.StartAsync(subscription => subscription.WithRetry(retry =>
        {
            retry.Backoff = DelayBackoffType.Constant;
            retry.Delay = TimeSpan.FromSeconds(10);
        }));

        await failing.PublishAsync();

        var delays = await failing.DelaysAsync(40);
        Assert.All(delays, delay => Assert.InRange(delay, 0, 10.1));
        Assert.True(delays.Min() < 4 && delays.Max() > 6 && delays.Distinct().Count() > 20, string.Join(' ', delays));
    }

    [Fact]
    public async Task RetryAfter_OfTheHandler_TakesThePlaceOfTheDelay()
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithRetry(retry => retry.Jitter = false),
            _ => new RetryAfterException(TimeSpan.FromHours(2), "Busy."));

        await failing.PublishAsync();

        Assert.Equal([7200, 7200], await failing.DelaysAsync(2));
    }

    [Fact]
    public async Task Attempts_AreThatMany_ThenTheEventIsADeadLetter()
    {
        await using var failing = await Failing.StartAsync(subscription =>
            subscription.WithRetry(retry => retry.Attempts = 4).WithDeadLetters());

        await failing.PublishAsync();

        var letter = await failing.DeadLetterAsync();
        Assert.Equal([1, 2, 3, 4], failing.Attempts.Items);
        Assert.Equal(4, letter.Attempts);
    }

    [Fact]
    public async Task Attempts_WithoutAWord_AreTenWithDeadLetters()
    {
        await using var failing = await Failing.StartAsync(subscription => subscription.WithDeadLetters());

        await failing.PublishAsync();

        Assert.Equal(10, (await failing.DeadLetterAsync()).Attempts);
    }

    [Fact]
    public async Task Attempts_WithoutDeadLetters_AreWithoutEnd()
    {
        await using var failing = await Failing.StartAsync(
            _ => { }, attempt => attempt % 2 == 0 ? new DoNotRetryException("Never.") : new InvalidOperationException("No."));

        await failing.PublishAsync();

        await failing.DelaysAsync(30);
    }

    [Fact]
    public async Task TotalTime_Over_StartsNoFurtherAttempt()
    {
        await using var failing = await Failing.StartAsync(subscription => subscription.WithDeadLetters().WithRetry(retry =>
        {
            retry.Backoff = DelayBackoffType.Constant;
            retry.Delay = TimeSpan.FromSeconds(10);
            retry.Jitter = false;
            retry.TotalTime = TimeSpan.FromSeconds(35);
            retry.Attempts = 100;
        }));

        await failing.PublishAsync();

        Assert.Equal(4, (await failing.DeadLetterAsync()).Attempts);
    }

    [Fact]
    public async Task DoNotRetry_OfTheHandler_IsADeadLetterAtOnce()
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters(), _ => new DoNotRetryException("The card is blocked."));

        await failing.PublishAsync();

        var letter = await failing.DeadLetterAsync();
        Assert.Equal((1, "The card is blocked."), (letter.Attempts, letter.ExceptionMessage));
    }

    [Fact]
    public async Task NeverRetryOn_AMatchingException_IsADeadLetterAtOnce()
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry =>
                retry.NeverRetryOn<ArgumentException>(exception => exception.ParamName == "bad")),
            attempt => new ArgumentException("No.", attempt < 3 ? "good" : "bad"));

        await failing.PublishAsync();

        Assert.Equal(3, (await failing.DeadLetterAsync()).Attempts);
    }

    [Fact]
    public async Task RetryOn_AnyOtherException_IsADeadLetterAtOnce()
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.RetryOn<TimeoutException>().RetryOn<IOException>()),
            attempt => attempt switch
            {
                1 => new TimeoutException("No."),
                2 => new FileNotFoundException("No."),
                _ => new InvalidOperationException("No."),
            });

        await failing.PublishAsync();

        Assert.Equal(3, (await failing.DeadLetterAsync()).Attempts);
    }

    [Fact]
    public async Task AttemptTimeout_Over_CancelsTheHandlersTokenAndCounts()
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry =>
            {
                retry.AttemptTimeout = TimeSpan.FromSeconds(3);
                retry.Attempts = 2;
            }),
            handler: async (_, _, token) => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token));

        await failing.PublishAsync();

        var letter = await failing.DeadLetterAsync();
        Assert.Equal((2, typeof(TimeoutException).FullName), (letter.Attempts, letter.ExceptionType));
    }

    [Fact]
    public async Task WithRetry_OfOneType_DiffersFromTheOthers()
    {
        await using var failing = await Failing.StartAsync(subscription => subscription.WithDeadLetters()
            .WithRetry(retry => retry.Attempts = 5)
            .WithRetry<Cat>(retry => retry.Attempts = 2)
            .Handle<Animal>((_, _, _) => throw new InvalidOperationException("No.")));

        await failing.Bus.Publisher.PublishAsync(new Cat("Tom"), TestContext.Current.CancellationToken);
        await failing.Bus.Publisher.PublishAsync(new Dog("Rex"), TestContext.Current.CancellationToken);

        Assert.Equal(
            [("animal.cat", 2), ("animal.dog", 5)],
            (await failing.DeadLettersAsync(2)).Select(letter => (letter.Envelope.Type, letter.Attempts)).Order());
    }

    [Fact]
    public async Task Configuration_OfSubscriptionAndContract_WinsOverCode()
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithRetry(retry => retry.Attempts = 5).WithRetry<Cat>(retry => retry.Attempts = 2)
                .Handle<Animal>((_, _, _) => throw new InvalidOperationException("No.")),
            configuration: new()
            {
                ["EventBus:Subscriptions:s:DeadLetters"] = "true",
                ["EventBus:Subscriptions:s:Retry:Attempts"] = "4",
                ["EventBus:Subscriptions:s:Retry:Backoff"] = "Linear",
                ["EventBus:Subscriptions:s:Events:animal.cat:Retry:Attempts"] = "3",
            });

        await failing.Bus.Publisher.PublishAsync(new Cat("Tom"), TestContext.Current.CancellationToken);
        await failing.Bus.Publisher.PublishAsync(new Dog("Rex"), TestContext.Current.CancellationToken);

        Assert.Equal(
            [("animal.cat", 3), ("animal.dog", 4)],
            (await failing.DeadLettersAsync(2)).Select(letter => (letter.Envelope.Type, letter.Attempts)).Order());
    }

    [Fact]
    public async Task Handler_OfARetry_SeesAttemptAndFirstFailure()
    {
        var seen = new Seen<(int Attempt, DateTimeOffset? FirstFailure)>();
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithRetry(retry => retry.Delay = TimeSpan.FromMinutes(1)),
            handler: (_, context, _) =>
            {
                seen.Add((context.Attempt, context.FirstFailure));
                return context.Attempt < 3 ? throw new InvalidOperationException("No.") : ValueTask.CompletedTask;
            });
        var start = failing.Time.Now;

        await failing.PublishAsync();

        await failing.UntilAsync(() => seen.Items.Count == 3);
        Assert.Equal([(1, null), (2, start), (3, start)], seen.Items);
    }

    [Fact]
    public async Task Batch_EventHeldBackBehindAFailedOne_UsesUpNoAttempt()
    {
        var handler = new FailsTheFirst(times: 4);
        await using var failing = await Failing.StartAsync(
            _ => { },
            _ => null,
            bus: bus => bus.Subscription("batches").WithDeadLetters().WithRetry(retry => retry.Attempts = 5).HandleBatch(handler));

        await failing.Bus.Publisher.PublishBatchAsync(
            [new Numbered("k", 0), new Numbered("k", 1)], TestContext.Current.CancellationToken);

        await failing.UntilAsync(() => handler.Seen.Items.Count == 2);
        Assert.Equal([(0, 5), (1, 1)], handler.Seen.Items);
    }

    private sealed class FailsTheFirst(int times) : IBatchEventHandler<Numbered>
    {
        private int _left = times;

        public Seen<(int Number, int Attempt)> Seen { get; } = new();

        public ValueTask HandleAsync(EventBatch<Numbered> batch, CancellationToken cancellationToken)
        {
            var failed = false;
            for (var i = 0; i < batch.Count; i++)
            {
                if (batch[i].Number == 0 && _left-- > 0)
                {
                    failed = true;
                    batch.Fail(i, new InvalidOperationException("No."));
                }
                else if (!failed)
                {
                    Seen.Add((batch[i].Number, batch.Context(i).Attempt));
                }
            }

            return ValueTask.CompletedTask;
        }
    }
}
