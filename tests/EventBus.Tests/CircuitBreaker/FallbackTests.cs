using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static EventBus.Tests.CircuitBreaker.BreakerRig;

namespace EventBus.Tests.CircuitBreaker;

public sealed class FallbackTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task OpenCircuit_WithAFallback_GivesItEverythingAtOnceAndTriesWithTheHandlersAfterTheBreak(int concurrency)
    {
        var fallback = new Seen<(int Number, int Attempt)>();
        await using var rig = await StartAsync(subscription => subscription.WithConcurrency(concurrency).WithCircuitBreaker(
            breaker => (breaker.SuccessThreshold, breaker.BreakDuration) = (2, TimeSpan.FromDays(9)),
            (context, _) =>
            {
                fallback.Add((((Numbered)context.Event).Number, context.Attempt));
                return ValueTask.CompletedTask;
            }));
        await rig.PublishAsync(0, 20);
        await rig.OpenedAsync();
        var handed = await fallback.CountAsync(15);
        Assert.InRange(rig.Calls.Items.Count, 5, 5 + concurrency);
        Assert.All(handed, item => Assert.True(item.Attempt == 1 || item.Number < 5 + concurrency));

        // What failed before it opened comes again as any failure does, and goes to the fallback too.
        await UntilAsync(rig, () => fallback.Items.Count == 20);
        Assert.Equal(Enumerable.Range(0, 20), fallback.Items.Select(item => item.Number).Order());

        rig.IsDown = false;
        await rig.BreakOverAsync(TimeSpan.FromDays(9));
        await rig.PublishAsync(20, 1);
        await rig.Handled.CountAsync(1);

        // The first probe may be over only just now; what is published before it is goes to the fallback.
        for (var number = 21; rig.Log.CountOf(ClosedLine) == 0; number++)
        {
            await rig.PublishAsync(number, 1);
            await Eventually.ThatAsync(
                () => rig.Handled.Items.Count + fallback.Items.Count == number + 1, "it is handled, or diverted");
        }

        var diverted = fallback.Items.Count;
        await rig.PublishAsync(100, 10);
        await rig.Handled.CountAsync(12);
        Assert.Equal(diverted, fallback.Items.Count);
    }

    [Fact]
    public async Task FailingProbe_WithAFallback_GoesThereWithoutUsingUpAnAttempt()
    {
        var fallback = new Seen<(int Number, int Attempt)>();
        await using var rig = await StartAsync(subscription => subscription.WithCircuitBreaker(
            breaker => breaker.BreakDuration = TimeSpan.FromDays(9),
            (context, _) =>
            {
                fallback.Add((((Numbered)context.Event).Number, context.Attempt));
                return ValueTask.CompletedTask;
            }));
        await rig.PublishAsync(0, 5);
        await rig.OpenedAsync();
        await UntilAsync(rig, () => fallback.Items.Count == 5);
        await rig.BreakOverAsync(TimeSpan.FromDays(9));

        await rig.PublishAsync(5, 1);
        await rig.OpenedAsync(times: 2);

        Assert.Equal((5, 1), (await fallback.CountAsync(6))[5]);
        Assert.Equal((5, 1), rig.Calls.Items[5]);
    }

    [Fact]
    public async Task Fallback_ThatThrows_FailsAsUsualAndSaysNothingToTheCircuit()
    {
        var fallback = new Seen<(int Number, int Attempt)>();
        await using var rig = await StartAsync(subscription => subscription.WithCircuitBreaker(
            breaker => breaker.BreakDuration = TimeSpan.FromDays(9),
            (context, _) =>
            {
                fallback.Add((((Numbered)context.Event).Number, context.Attempt));
                return context.Attempt < 3 ? throw new InvalidOperationException("The fallback is down too.") : ValueTask.CompletedTask;
            }));
        await rig.PublishAsync(0, 6);
        await rig.OpenedAsync();
        await fallback.UntilAsync(items => items.Contains((5, 1)));
        await UntilAsync(rig, () => fallback.Items.Contains((5, 3)));

        Assert.Equal(1, rig.Log.CountOf(OpenedLine));
        Assert.Equal(5, rig.Calls.Items.Count);
    }

    private static Task UntilAsync(BreakerRig rig, Func<bool> condition) => Eventually.ThatAsync(
        () =>
        {
            rig.Time.Advance(TimeSpan.FromMilliseconds(50));
            return condition();
        },
        "what is retried comes to the fallback");
}
