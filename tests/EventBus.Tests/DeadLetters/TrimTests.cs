using EventBus.DeadLetters;
using EventBus.Tests.Retry;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.DeadLetters;

public sealed class TrimTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("k")]
    [InlineData(null)]
    public async Task Settled_WithoutRetention_GoAndTheOpenOnesStay(string? key)
    {
        await using var failing = await Failing.StartAsync(
            subscription => subscription.WithDeadLetters().WithRetry(retry => retry.Attempts = 1),
            bus: bus => bus.UseInMemory(memory => (memory.Partitions, memory.RetainedEvents) = (5, 0)));
        await failing.PublishAsync(key, 40);
        var letters = await failing.DeadLettersAsync(40);
        Assert.All(letters, letter => Assert.Equal(key, letter.Envelope.Key));
        var open = letters.Where((_, index) => index % 7 == 3).Select(letter => letter.Position).ToHashSet();

        foreach (var letter in letters.Where(letter => !open.Contains(letter.Position)))
        {
            await failing.DeadLetters.DiscardAsync("s", new() { Positions = [letter.Position] }, "A test.", Token);
        }

        Assert.Equal(open.Order(Comparer<Position>.Create(Compare)), (await failing.ReadAsync()).Select(letter => letter.Position).Order(Comparer<Position>.Create(Compare)));
        var kept = 0;
        await foreach (var entry in failing.Bus.Log.ReadAsync(letters[0].Position.Topic, SeekTarget.Earliest, false, Token))
        {
            kept++;
        }

        Assert.InRange(kept, open.Count, 79 - open.Count);
    }

    private static int Compare(Position x, Position y) =>
        (x.Partition, x.Offset).CompareTo((y.Partition, y.Offset));
}
